"""Which stack a user means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scripts.errors import Exit, PlinthError
from settings.problems import SettingsError
from settings.reading import read_config
from settings.stack_files import known_as, stack_files, stack_name

if TYPE_CHECKING:
    from settings import Stack

ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class StackFile:
    """A stack file, and what it is called for short: ``prod``, ``utjfc-season``."""

    name: str
    path: Path


@dataclass(frozen=True)
class Wanted:
    """A stack by Pulumi's name for it, and the region and the profile that its stack file names, if it does."""

    name: str
    region: str | None = None
    profile: str | None = None


def find(wanted: str) -> StackFile:
    """The stack file of that name, or at that path; PlinthError when there is none."""
    by_name = _by_name()
    path = by_name.get(wanted, Path(wanted))
    if not path.is_file():
        raise PlinthError(
            f"there is neither a stack file called {wanted!r} nor one at that path",
            f"Use one of {', '.join(sorted(by_name))}, or the path of a stack file",
            Exit.USAGE,
        )
    return StackFile(known_as(path, ROOT), path)


def wanted_stack(wanted: str | None) -> Wanted:
    """The stack that a name or a stack file's path means; a name without a file may still be a stack in AWS."""
    by_name = _by_name()
    if wanted is None:
        raise PlinthError("which stack?", f"Add --stack, or set PLINTH_STACK: {', '.join(sorted(by_name))}", Exit.USAGE)
    path = by_name.get(wanted, Path(wanted))
    if not path.is_file():
        if "/" in wanted or wanted.endswith(".yaml"):
            raise PlinthError(f"there is no stack file at {wanted}", "Give a stack's name, or its file", Exit.USAGE)
        return Wanted(wanted)
    try:
        return Wanted(stack_name(path, ROOT), _said(path, "aws:region"), _said(path, "aws:profile"))
    except SettingsError as error:
        raise PlinthError(str(error), exit_code=Exit.USAGE) from None


def _by_name() -> dict[str, Path]:
    return {known_as(path, ROOT): path for path in stack_files(ROOT)}


def _said(path: Path, key: str) -> str | None:
    """What a stack file says there, or the one that it extends."""
    config = read_config(path)
    if value := config.get(key):
        return str(value)
    base = config.get("plinth:extends")
    return _said(ROOT / base, key) if isinstance(base, str) and (ROOT / base).is_file() else None


def settings_of(file: StackFile) -> Stack:
    """What a stack file says; PlinthError with all that is wrong in it."""
    from settings import load_file  # noqa: PLC0415 - few verbs read a whole stack file

    try:
        return load_file(file.path, root=ROOT)
    except SettingsError as error:
        raise PlinthError(str(error), exit_code=Exit.USAGE) from None
