"""What monitoring names is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.problems import Problem
from settings.rules.report import missing

if TYPE_CHECKING:
    from settings.stack import Stack


def what_is_watched_is_there(stack: Stack, key: str) -> Iterator[Problem]:
    for name in stack.monitoring.services:
        if name not in stack.services:
            yield missing(f"{key}monitoring.services.{name}", name, "service", stack.services)
