"""Times of the year, and of the day, with another number of instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations
from typing import Annotated, Final

from pydantic import AfterValidator

from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Between, Shaped, refuse

LEAP_YEAR: Final = 2024  # any: a season may end on 29 February

Instances = Annotated[int, Between(0, 10_000, "a number of instances", "Set for example 1.")]


def _day(value: str) -> str:
    try:
        date.fromisoformat(f"{LEAP_YEAR}-{value}")
    except ValueError:
        refuse(f"{value!r} is not a day of the year.", "It is written as month and day.", "Set for example '07-01'.")
    return value


DayOfYear = Annotated[str, AfterValidator(_day)]
Clock = Annotated[
    str,
    Shaped(
        r"([01]\d|2[0-3]):[0-5]\d",
        "a time of day",
        "It is written as hours and minutes, in UTC.",
        "Set for example '17:00', in quotes.",
    ),
]


class Size(Section):
    """How many instances run; scaling moves between the two."""

    min: Instances
    """Fewest instances."""
    max: Instances
    """Most instances."""

    @rule
    def min_is_not_above_max(self, key: str) -> Iterator[Problem]:
        if self.min > self.max or self.max == 0:
            yield problem(
                f"{key}.min",
                self.min,
                f"From {self.min} to {self.max} is no range.",
                "min is at most max, and max at least 1.",
                "Correct one of them.",
            )


class Peak(Section):
    """Hours of every day of a season in which more instances are ready before the load comes."""

    start: Clock
    """When it begins, in UTC; scheduled actions know no summer time."""
    end: Clock
    """When it ends, in UTC."""
    min: Instances
    """Fewest instances meanwhile."""


class Season(Size):
    """A time of the year, every year, with its own number of instances."""

    start: DayOfYear
    """First day, as month and day."""
    end: DayOfYear
    """Last day; before the first one when it lies in the next year."""
    instance_type: Annotated[
        str, Shaped(r"[a-z][a-z0-9-]*\.[a-z0-9-]+", "an instance type", "It is a family and a size.", "Set t3.large.")
    ] | None = None  # fmt: skip
    """Type of the instances while `season` names this one; the usual one unless set."""
    peak: Peak | None = None
    """Busy hours of each day; none unless set."""

    @property
    def months(self) -> tuple[int, ...]:
        """The months that it covers, when they are whole ones; empty otherwise."""
        first, after = _date(self.start), _date(self.end) + timedelta(days=1)
        if first.day != 1 or after.day != 1:
            return ()
        last = (after - timedelta(days=1)).month
        return tuple((first.month - 1 + i) % 12 + 1 for i in range((last - first.month) % 12 + 1))

    @property
    def day_after(self) -> tuple[int, int]:
        """Month and day when it is over."""
        after = _date(self.end) + timedelta(days=1)
        return after.month, after.day

    @rule
    def a_peak_has_whole_months(self, key: str) -> Iterator[Problem]:
        if self.peak is not None and not self.months:
            yield problem(
                f"{key}.peak",
                "",
                f"There is a peak, and the season runs from {self.start} to {self.end}.",
                "A season with a peak begins with the first and ends with the last day of a month.",
                "Let it do so, or remove the peak.",
                why="The schedule of a daily action can name months, but no days of some months only.",
            )

    @rule
    def a_peak_is_within_the_range(self, key: str) -> Iterator[Problem]:
        if self.peak is not None and not self.min <= self.peak.min <= self.max:
            yield problem(
                f"{key}.peak.min",
                self.peak.min,
                f"{self.peak.min} is not between the season's min and max, which are {self.min} and {self.max}.",
                "The peak's fewest instances lie between them.",
                "Correct it, or the season's max.",
            )


def overlaps(seasons: Mapping[str, Season]) -> Iterator[tuple[str, str]]:
    """Pairs of seasons that share a day."""
    days = {name: set(_days(season)) for name, season in seasons.items()}
    for first, second in combinations(days, 2):
        if days[first] & days[second]:
            yield first, second


def _days(season: Season) -> Iterator[date]:
    day, last = _date(season.start), _date(season.end)
    yield day
    while day != last:
        day += timedelta(days=1)
        day = day.replace(year=LEAP_YEAR)
        yield day


def _date(text: str) -> date:
    return date.fromisoformat(f"{LEAP_YEAR}-{text}")
