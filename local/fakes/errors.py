"""How a fake refuses a request."""

from __future__ import annotations


class ApiError(Exception):
    """An error as the API answers it: its code and message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
