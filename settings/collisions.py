"""Names that two stacks of one account cannot both have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from settings.names import Derived, Scope
from settings.problems import NAMESPACE, Problem
from settings.rules.naming import derived_names
from settings.section import problem
from settings.stack import Stack

WITHIN: Final[Mapping[Scope, str]] = {
    "region": "There is one of a name in a region of an account.",
    "account": "There is one of a name in an account.",
    "world": "There is one of a name in the world.",
}


def collisions(stack: Stack, others: Mapping[str, Stack]) -> Iterator[Problem]:
    """The names of a stack that others, by the name of their files, have too."""
    taken = {_identity(each, other): file for file, other in others.items() for each in _names(other)}
    for found in _names(stack):
        file = taken.get(_identity(found, stack))
        if file is not None:
            yield problem(
                found.key,
                found.name,
                f"{found.name!r} is also a name in {file}.",
                WITHIN[found.kind.scope],
                found.kind.apart,
                why="Whichever is deployed second would fail, or take over what belongs to the first.",
            )


def _names(stack: Stack) -> Iterator[Derived]:
    return derived_names(stack, f"{NAMESPACE}:")


def _identity(derived: Derived, stack: Stack) -> tuple[str, str, str]:
    return derived.kind.what, derived.name, stack.region if derived.kind.scope == "region" else ""
