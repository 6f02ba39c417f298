"""`make comment STACK=…`: the gate's comment on a pull request, one for each stack, which is edited ever after.

With `gh`, as the workflow has it; PULL_REQUEST is the pull request's number.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

COMMENTS: Final = "repos/{owner}/{repo}/issues"  # gh fills in the repository


def main(file: Annotated[Path, typer.Argument(help="The comment, as plinth gate --markdown wrote it.")]) -> None:
    """Write a comment, or edit the one whose first line is the same and which no person wrote."""
    number = os.environ.get("PULL_REQUEST", "")
    if not number.isdecimal() or not file.is_file():
        print(f"error: PULL_REQUEST is {number!r}, {file} is to be a file\n  next: make gate STACK=…", file=sys.stderr)
        raise typer.Exit(2)
    marker = file.read_text(encoding="utf-8").partition("\n")[0]
    mine = f'.[] | select(.user.type == "Bot" and (.body | startswith({_quoted(marker)}))) | .id'
    found = _gh("api", "--paginate", f"{COMMENTS}/{number}/comments", "--jq", mine).split()
    body = ("-F", f"body=@{file}")
    if found:
        _gh("api", "--method", "PATCH", f"{COMMENTS}/comments/{found[0]}", *body, "--silent")
    else:
        _gh("api", "--method", "POST", f"{COMMENTS}/{number}/comments", *body, "--silent")


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _gh(*arguments: str) -> str:
    done = subprocess.run(["gh", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"error: gh: {done.stderr.strip()}", file=sys.stderr)
        raise typer.Exit(1)
    return done.stdout


if __name__ == "__main__":
    typer.run(main)
