"""Weekly and daily windows of time, in UTC, as RDS writes them."""

from __future__ import annotations

from typing import Final

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 24 * 60  # minutes
WEEK: Final = 7 * DAY
SHORTEST: Final = 30  # minutes, for both kinds

Window = tuple[int, int]
"""First minute, counted from Monday 00:00 or from midnight, and length in minutes."""


def daily(text: str) -> Window:
    """``03:00-04:00``; one that ends before it begins goes over midnight."""
    begin, end = (clock(part) for part in text.split("-"))
    return begin, (end - begin) % DAY


def weekly(text: str) -> Window:
    """``sun:04:00-sun:05:00``."""
    begin, end = (DAYS.index(part[:3]) * DAY + clock(part[4:]) for part in text.split("-"))
    return begin, (end - begin) % WEEK


def overlap(day: Window, week: Window) -> bool:
    """Whether the daily window meets the weekly one on any day."""
    begin, length = week
    starts = (day[0] + number * DAY for number in range(7))
    return any((start - begin) % WEEK < length or (begin - start) % WEEK < day[1] for start in starts)


def clock(text: str) -> int:
    """Minutes since midnight: ``03:00`` is 180."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
