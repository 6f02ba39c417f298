"""Which stack a user means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.errors import Exit, PlinthError
from settings.stack_files import known_as, stack_files

ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class StackFile:
    """A stack file, and what it is called for short: ``prod``, ``utjfc-season``."""

    name: str
    path: Path


def find(wanted: str) -> StackFile:
    """The stack file of that name, or at that path; PlinthError when there is none."""
    by_name = {known_as(path, ROOT): path for path in stack_files(ROOT)}
    path = by_name.get(wanted, Path(wanted))
    if not path.is_file():
        raise PlinthError(
            f"there is neither a stack file called {wanted!r} nor one at that path",
            f"Use one of {', '.join(sorted(by_name))}, or the path of a stack file",
            Exit.USAGE,
        )
    return StackFile(known_as(path, ROOT), path)
