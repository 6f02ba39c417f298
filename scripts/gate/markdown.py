"""The verdict as a comment on a pull request: what stops the change first, the whole difference folded at the end.

GitHub takes 65,536 characters. What does not fit is left out with a note; the whole text is kept beside the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from scripts.gate.preview import MANDATORY
from scripts.gate.values import UNKNOWN, show

if TYPE_CHECKING:
    from scripts.gate.approvals import Approval
    from scripts.gate.change import Change
    from scripts.gate.verdict import Finding, Verdict

LIMIT: Final = 65_536
_CELL: Final = 600  # characters of one cell or line
# Bytes for the lines of each part, of which three are notes; the sum leaves room for titles and for the first approval.
_RISKS, _POLICIES, _NOTES, _DIFF = 16_000, 12_000, 4_000, 18_000
_SIGNS: Final = {"create": "+", "delete": "-", "update": "!", "replace": "!"}


def marker(stack: str) -> str:
    """The line, unseen by readers, by which the workflow finds its own comment on a stack."""
    return f"<!-- plinth preview {stack} -->"


def unusable(stack: str, problem: str) -> str:
    """The comment when there is no preview to judge."""
    return f"{marker(stack)}\n### ❌ {stack}: there is no preview to judge\n\n````text\n{_in_code(problem)}\n````\n"


def comment(verdict: Verdict, stack: str = "") -> str:
    """The whole comment; `stack` is the stack's name, if the preview is to have another than its own."""
    preview, stack = verdict.preview, stack or verdict.preview.stack
    counts = ", ".join(f"{count} to {operation}" for operation, count in preview.counts.items())
    parts = [
        f"{marker(stack)}\n### {_headline(verdict, stack)}\n\n{counts or 'No changes'}.\n",
        _section("Risky changes", ["| | change | resource | what |", "|-|-|-|-|"], _risks(verdict), _RISKS),
        _approving(verdict.refused),
        _section("Errors", ["````text"], (_in_code(each) for each in preview.errors), _NOTES, ["````"]),
        _section("Policies", ["| level | policy | resource | what |", "|-|-|-|-|"], _policies(verdict), _POLICIES),
        _section("Approvals", [], _approvals(verdict), _NOTES),
        _section("Known only after `pulumi up`", [], _untold(verdict), _NOTES),
        _folded("Differences", _section("", ["````diff"], _differences(preview.changes), _DIFF, ["````"])),
    ]
    return "\n".join(part for part in parts if part)


def _headline(verdict: Verdict, stack: str) -> str:
    if verdict.is_refused:
        return f"⛔ {stack}: refused"
    if verdict.preview.failed:
        return f"❌ {stack}: the preview failed"
    return f"✅ {stack}: nothing is refused"


def _section(title: str, head: Sequence[str], lines: Iterable[str], room: int, foot: Sequence[str] = ()) -> str:
    """Lines under a title, as many as there is room for; empty without lines."""
    kept: list[str] = []
    left_out = 0
    for line in lines:
        room -= len(line.encode()) + 1
        if room >= 0:
            kept.append(line)
        else:
            left_out += 1
    if not kept and not left_out:
        return ""
    note = [f"\n*{left_out} more lines are not shown here: the artifact of the run has all of it.*"] if left_out else []
    return "\n".join([*([f"#### {title}\n"] if title else []), *head, *kept, *foot, *note, ""])


def _folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n</details>\n" if text else ""


def _risks(verdict: Verdict) -> Iterator[str]:
    for each in sorted(verdict.findings, key=lambda finding: finding.approval is not None):
        mark = "⛔" if each.approval is None else "approved"
        what = f"{_text(each.message)} ({_code(each.property)})" if each.property else _text(each.message)
        yield f"| {mark} | {_code(each.risk.id)} | {_code(each.label)} | {what} |"


def _approving(refused: Sequence[Finding]) -> str:
    """What to write for the first of them, ready to be copied."""
    if not refused:
        return ""
    first = refused[0]
    entry = [
        "````yaml",
        "  plinth:approvals:",
        f"    - change: {first.risk.id}",
        f"      resource: {_in_code(json.dumps(first.label))}",
        "      reason: …",
        "      owner: …",
        "      until: …  # the last day, as 2027-03-31",
        "````",
    ]
    return _folded("If it is meant: an approval in the stack file lets it through", "\n".join(entry))


def _policies(verdict: Verdict) -> Iterator[str]:
    for each in sorted(verdict.preview.violations, key=lambda violation: violation.level != MANDATORY):
        mark = "⛔" if each.level == MANDATORY else each.level
        name = each.urn.rpartition("::")[2]
        yield f"| {mark} | {_code(each.policy)} | {_code(name)} | {_text(each.message)} |"


def _approvals(verdict: Verdict) -> Iterator[str]:
    told: Mapping[str, Sequence[Approval]] = {
        "in force": verdict.in_force,
        "**expired**, and does not count": verdict.expired,
        "matches nothing in this preview": verdict.unmatched,
    }
    for what, approvals in told.items():
        for each in approvals:
            yield f"- {what}: {_text(str(each))}"


def _untold(verdict: Verdict) -> Iterator[str]:
    for each in verdict.untold:
        yield f"- {_code(each.label)}: {_code(each.property)} ({each.risk.id})"


def _differences(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        if change.operation == "same":
            continue
        yield f"{_SIGNS[change.operation]} {change.operation} {_in_code(change.label)}"
        if change.operation in ("update", "replace"):
            old, new = change.old.inputs, change.new.inputs
            for key in sorted(old.keys() | new.keys()):
                yield from _changed(key, old.get(key), new.get(key))


def _changed(key: str, old: Any, new: Any) -> Iterator[str]:
    if UNKNOWN in (old, new):
        yield f"    {_in_code(key)}: {_value(old)} => {_value(new)}"
        return
    before, after = dict(_leaves(old, key)), dict(_leaves(new, key))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield f"    {_in_code(path)}: {_value(before.get(path))} => {_value(after.get(path))}"


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """What a value is made of, by path; JSON in a text, such as containers and policies, is opened."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            yield path, value
            return
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}")
    elif isinstance(value, list) and value:
        for place, each in enumerate(value):
            yield from _leaves(each, f"{path}[{place}]")
    else:
        yield path, value


def _value(value: Any) -> str:
    return "(known after up)" if value is UNKNOWN else _in_code(show(value))


def _short(text: str) -> str:
    return text if len(text) <= _CELL else f"{text[:_CELL]}…"


def _text(text: str) -> str:
    """Text in a table or list that does nothing there: no HTML, no cells, no mail to those it names."""
    plain = " ".join(_short(text).split())
    for sign, instead in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("`", "'"), ("@", "@\u200b")):
        plain = plain.replace(sign, instead)
    return plain


def _code(text: str) -> str:
    return f"`{' '.join(_short(text).split()).replace('`', chr(39)).replace('|', chr(92) + '|')}`"


def _in_code(text: str) -> str:
    """Text in a fenced block that does not end it."""
    return _short(text).replace("```", "'''")
