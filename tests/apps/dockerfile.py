"""What a Dockerfile must hold to, read from its text: enough of the syntax for that, and no more."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

CONTINUED = re.compile(r"\\\s*$")


@dataclass(frozen=True)
class Instruction:
    """One instruction, continuation lines joined."""

    name: str
    value: str


def instructions(text: str) -> list[Instruction]:
    joined: list[str] = []
    open_line = False
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        part = CONTINUED.sub("", line).strip()
        if open_line:
            joined[-1] += " " + part
        else:
            joined.append(part)
        open_line = bool(CONTINUED.search(line))
    return [Instruction(name, value.strip()) for name, _, value in (line.partition(" ") for line in joined)]


def problems(text: str) -> list[str]:
    """Each rule that is broken, in words."""
    return [
        *_comments_in_instructions(text),
        *_base_images(text),
        *_final_stage(text),
        *(["a host is named: packages come from where the base image says"] if _names_a_host(text) else []),
    ]


def _comments_in_instructions(text: str) -> list[str]:
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        before = lines[number - 2] if number > 1 else ""
        inside = CONTINUED.search(before) and line.lstrip().startswith("#")
        behind = re.search(r"\\\s+#", line)
        if inside or behind:
            found.append(f"line {number}: a comment inside an instruction")
    return found


def _base_images(text: str) -> list[str]:
    found = []
    stages: set[str] = set()
    for instruction in instructions(text):
        if instruction.name != "FROM":
            continue
        image, *rest = [word for word in instruction.value.split() if not word.startswith("--")]
        tag = image.rpartition("/")[2].partition(":")[2]
        if image not in stages and "@sha256:" not in image and tag in {"", "latest"}:
            found.append(f"{image} has no fixed tag")
        if len(rest) == 2:
            stages.add(rest[1])
    return found


def _final_stage(text: str) -> list[str]:
    stage: list[Instruction] = []
    for instruction in instructions(text):
        stage = [] if instruction.name == "FROM" else [*stage, instruction]
    last = {instruction.name: instruction.value for instruction in stage}
    found = []
    user = last.get("USER", "root").partition(":")[0]
    if not user.isdigit() or int(user) == 0:
        found.append(f"USER is {user}: it must be a number other than 0")
    if "HEALTHCHECK" not in last or last["HEALTHCHECK"].upper() == "NONE":
        found.append("no HEALTHCHECK")
    if "EXPOSE" not in last:
        found.append("no EXPOSE")
    found += [
        f"{name} runs in a shell, which keeps signals from the process"
        for name in ("CMD", "ENTRYPOINT")
        if name in last and not _exec_form(last[name])
    ]
    return found


def _exec_form(value: str) -> bool:
    try:
        return isinstance(json.loads(value), list)
    except json.JSONDecodeError:
        return False


def _names_a_host(text: str) -> bool:
    return any(
        re.search(r"https?://(?!127\.0\.0\.1|localhost)|--(extra-)?index-url|--trusted-host", instruction.value)
        for instruction in instructions(text)
    )
