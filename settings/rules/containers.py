"""What the containers of one task share: their names, and where they find files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from settings.problems import Problem
from settings.section import Unknown, problem

if TYPE_CHECKING:
    from settings.stack import Stack


def sidecars_are_not_the_service(stack: Stack, key: str) -> Iterator[Problem]:
    for name, service in stack.services.items():
        with suppress(Unknown):
            if name in service.sidecars:
                yield problem(
                    f"{key}services.{name}.sidecars.{name}",
                    "",
                    f"The service's own container is named {name!r}.",
                    "Each container of a task has a name of its own.",
                    "Choose another name.",
                )


def files_have_places_of_their_own(stack: Stack, key: str) -> Iterator[Problem]:
    for name, service in stack.services.items():
        with suppress(Unknown):
            used = [used for used in service.uses if used in stack.files]
            for first, second in combinations(used, 2):
                if _meet(stack.files[first].path, stack.files[second].path):
                    yield problem(
                        f"{key}files.{second}.path",
                        stack.files[second].path,
                        f"{name} uses {first} too, which is at {stack.files[first].path}.",
                        "No directory lies in another that a container mounts.",
                        "Set another path.",
                        why="The one mounted last would hide the other.",
                    )


def _meet(one: str, other: str) -> bool:
    first, second = PurePosixPath(one), PurePosixPath(other)
    return first.is_relative_to(second) or second.is_relative_to(first)
