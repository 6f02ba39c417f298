"""How `plinth` ends: Pulumi's exit codes, and the one error that is told to the user.

The codes are Pulumi's own, which it declares stable (pkg/cmd/pulumi/cmd/exit_codes.go).
"""

from __future__ import annotations

import difflib
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Exit(IntEnum):
    """What a verb ends with."""

    OK = 0
    ERROR = 1
    USAGE = 2
    """What was handed in cannot be used: an option, a file, a stack file."""
    AUTH = 3
    """AWS does not know who asks, or does not allow it."""
    RESOURCE = 4
    """What is deployed is not well, or did not become what was asked for: a deployment that was rolled back."""
    POLICY = 5
    """A change is refused."""
    NO_STACK = 6
    """There is no such stack, or it is not deployed."""
    DIFFERENT = 7
    """Something differs, and was asked not to: drift."""
    CANCELLED = 8
    TIMEOUT = 9
    """It was not over in time; what goes on in AWS goes on."""


class PlinthError(Exception):
    """A problem told to the user in words: `message`, then the `remedy` on a line of its own."""

    def __init__(self, message: str, remedy: str = "", exit_code: int = Exit.ERROR) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.exit_code = int(exit_code)


def unknown(kind: str, wanted: str, known: Iterable[str], exit_code: int = Exit.USAGE) -> PlinthError:
    """The error for a name that there is not: with the nearest names, or all of them where none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    if near:
        remedy = f"Did you mean {' or '.join(near)}?"
    else:
        remedy = f"Use one of {', '.join(names)}" if names else f"There is no {kind} at all"
    return PlinthError(f"there is no {kind} called {wanted!r}", remedy, exit_code)
