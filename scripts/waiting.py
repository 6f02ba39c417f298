"""Waiting for what takes AWS minutes, where a waiter could not tell what happens meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scripts.errors import Exit, PlinthError

if TYPE_CHECKING:
    from collections.abc import Iterator


def poll(what: str, minutes: float, *, every: float = 5, remedy: str = "") -> Iterator[None]:
    """Comes round again and again, `every` so many seconds; PlinthError (exit 9) when the `minutes` are over."""
    deadline = time.monotonic() + minutes * 60
    while True:
        yield
        left = deadline - time.monotonic()
        if left <= 0:
            raise PlinthError(f"{what} was not over after {minutes:g} minutes", remedy, Exit.TIMEOUT)
        time.sleep(min(every, left))
