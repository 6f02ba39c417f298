"""What a verb prints: its result to stdout, for people or as JSON, and all else to stderr, line by line.

Lines are never rewritten: a log of CI reads as a terminal does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, Literal

import typer
from pydantic import BaseModel, ConfigDict
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scripts.errors import Exit, PlinthError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_WIDE: Final = 400  # columns of what is no terminal: a line there is a line
_told = {"quiet": False}


class Result(BaseModel):
    """What a verb found or did. Its JSON has the fields' names; times are ISO 8601, UTC."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    """Of the JSON's shape: it grows when a key changes its meaning or goes."""


def emit(result: Result, *, as_json: bool, show: Callable[[Console], None]) -> None:
    """Print a result: its JSON, or what `show` prints of it."""
    if as_json:
        typer.echo(result.model_dump_json(indent=2))
    else:
        show(Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE))


def table(*columns: str, rows: Iterable[Sequence[object]]) -> Table:
    """A table of plain cells, of which None is empty; without frames where it is no terminal."""
    made = Table(*columns, box=SIMPLE if sys.stdout.isatty() else None, pad_edge=False)
    for row in rows:
        made.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    return made


def be_quiet(quiet: bool) -> None:  # noqa: FBT001 - it is all it says
    """Whether `tell` says nothing from here on."""
    _told["quiet"] = quiet


def tell(line: str) -> None:
    """Say what happens, on stderr."""
    if not _told["quiet"]:
        typer.echo(line, err=True)


def confirm(question: str, *, yes: bool) -> None:
    """Ask before a change; PlinthError when the answer is no, or when nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise PlinthError("this would change something, and nobody is here to be asked", "Add --yes", Exit.USAGE)
    if not typer.confirm(question, err=True):
        raise PlinthError("nothing was changed", exit_code=Exit.CANCELLED)
