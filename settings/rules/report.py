"""Problems that several rules report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from settings.problems import Problem, suggest
from settings.section import problem


def missing(key: str, name: str, what: str, known: Iterable[str]) -> Problem:
    """A name that refers to nothing, with those that it may have meant."""
    return problem(
        key,
        name,
        f"There is no {what} {name!r}.",
        suggest(name, known),
        "Correct the name, or add what is missing.",
    )


def doubles(named: dict[str, str], what: str) -> Iterator[Problem]:
    """What is wrong with names, by the keys that they come from, of which each may be there once."""
    counts = Counter(named.values())
    first: dict[str, str] = {}
    for key, name in named.items():
        if counts[name] > 1 and first.setdefault(name, key) != key:
            yield problem(
                key,
                name,
                f"{name!r} is the {what} at {first[name]} too.",
                f"Each {what} has a name of its own.",
                "Set another name for one of them.",
            )
