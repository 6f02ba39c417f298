"""How `plinth` ends: Pulumi's exit codes, and the one error that is told to the user.

The codes are Pulumi's own, which it declares stable (pkg/cmd/pulumi/cmd/exit_codes.go).
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a verb ends with."""

    OK = 0
    ERROR = 1
    USAGE = 2
    """What was handed in cannot be used: an option, a file, a stack file."""
    POLICY = 5
    """A change is refused."""


class PlinthError(Exception):
    """A problem told to the user in words: `message`, then the `remedy` on a line of its own."""

    def __init__(self, message: str, remedy: str = "", exit_code: int = Exit.ERROR) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.exit_code = int(exit_code)
