"""What monitoring names is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.problems import Problem
from settings.rules.answering import somebody_answers
from settings.rules.report import missing
from settings.section import problem

if TYPE_CHECKING:
    from settings.stack import Stack


def what_is_watched_is_there(stack: Stack, key: str) -> Iterator[Problem]:
    for name in stack.monitoring.services:
        if name not in stack.services:
            yield missing(f"{key}monitoring.services.{name}", name, "service", stack.services)


def free_is_free(stack: Stack, key: str) -> Iterator[Problem]:
    if stack.monitoring.free and stack.audit is not None and stack.audit.events:
        yield problem(
            f"{key}audit.events",
            True,  # noqa: FBT003 - the value of the setting
            "The level of monitoring is free.",
            "CloudWatch charges for records that it keeps, and for alarms beyond ten.",
            "Set false, or monitoring.level: standard.",
        )


def canary_asks_what_answers(stack: Stack, key: str) -> Iterator[Problem]:
    canary = stack.monitoring.canary
    if canary is not None and canary.host is None:
        section = f"{key}monitoring.canary"
        yield from somebody_answers(stack, section, f"{section}.host", "Canaries")
