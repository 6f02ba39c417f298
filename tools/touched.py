"""Which stacks a change touches: `make touched BASE=origin/main`, for the matrix of the preview workflow.

A change of the program or of the policies touches every stack; one of a stack file, that stack and those that extend
it; one of an application, the stacks that build or show it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final

import typer

from settings import SettingsError, load_file
from settings.names import name
from settings.stack_files import known_as, stack_files

ROOT: Final = Path(__file__).parents[1]
SHARED: Final = (
    "Pulumi.yaml",
    "__main__.py",
    "components",
    "policies",
    "requirements/program.txt",
    "settings",
)
"""What every preview runs."""


def main(
    base: Annotated[str, typer.Argument(help="The commit or branch that the change is to go into.")],
    root: Annotated[Path, typer.Option(help="The project's folder.")] = ROOT,
) -> None:
    """Print the stacks that differ from BASE as JSON, and hand them to the workflow's next job if there is one."""
    try:
        entries = [entry(file, root) for file in touched(changed_files(base, root), root)]
    except SettingsError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(error.exit_code) from None
    for each in entries:
        if each["role"] is None:
            print(f"{each['stack']} is not previewed: it has no plinth:delivery, so no role for it", file=sys.stderr)
    listed = json.dumps([each for each in entries if each["role"] is not None])
    print(listed)
    if output := os.environ.get("GITHUB_OUTPUT"):
        with Path(output).open("a", encoding="utf-8") as file:
            file.write(f"stacks={listed}\n")


def changed_files(base: str, root: Path) -> list[str]:
    """The files that differ between the checked out commit and where it left `base`."""
    command = ["git", "diff", "--name-only", "--no-renames", f"{base}...HEAD", "--"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"error: {done.stderr.strip()}\n  next: BASE=… is a commit or a branch that git knows", file=sys.stderr)
        raise typer.Exit(2)
    return done.stdout.splitlines()


def touched(changed: Collection[str], root: Path) -> list[Path]:
    """The stack files whose stacks would be different."""
    made_of = {file: depends_on(file, root) for file in stack_files(root)}
    return [file for file, paths in made_of.items() if any(_within(each, paths) for each in changed)]


def depends_on(file: Path, root: Path) -> set[str]:
    """The files and folders that a stack is made of: what every stack is, its file, and whatever that names."""
    named = (PurePosixPath(text) for text in _texts(load_file(file, root=root).model_dump()) if _may_be_path(text))
    # A value that is the name of a folder by chance previews too much, which does no harm.
    return {*SHARED, str(file.relative_to(root)), *(str(path) for path in named if (root / path).exists())}


def entry(file: Path, root: Path) -> dict[str, str | None]:
    """What the workflow needs to know of a stack. Its role is named by Plinth, not by the repository's settings."""
    stack = load_file(file, root=root)
    return {
        "stack": known_as(file, root),
        "region": stack.region,
        "role": name(stack, "preview") if stack.delivery else None,
        "backend": f"s3://{stack.delivery.state_bucket}" if stack.delivery else None,
    }


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _may_be_path(text: str) -> bool:
    return re.fullmatch(r"[^/\0\n][^\0\n]{0,200}", text) is not None


def _within(file: str, paths: Collection[str]) -> bool:
    return any(path in (file, ".") or file.startswith(f"{path}/") for path in paths)


if __name__ == "__main__":
    typer.run(main)
