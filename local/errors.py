"""The one error of this package: what went wrong, and what to do next."""

from __future__ import annotations


class LocalCloudError(Exception):
    """A problem told to the user in words: `message`, then the `remedy` on a line of its own."""

    def __init__(self, message: str, remedy: str = "", exit_code: int = 1) -> None:
        """`exit_code` is what the command ends with: 1 for the machine, 2 for the user's input."""
        super().__init__(message)
        self.remedy = remedy
        self.exit_code = exit_code
