"""What operators need is there, and lasts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from settings.problems import Problem
from settings.rules.answering import somebody_answers
from settings.rules.report import missing
from settings.section import problem

if TYPE_CHECKING:
    from settings.stack import Stack

SNAPSHOTS: Final = "snapshots/"
"""What the names of snapshots begin with."""


def records_are_kept(stack: Stack, key: str) -> Iterator[Problem]:
    name = stack.operations.bucket
    if name is None:
        return
    if name not in stack.buckets:
        yield missing(f"{key}operations.bucket", name, "bucket", stack.buckets)
        return
    bucket, days = stack.buckets[name], stack.operations.snapshots.days
    if not bucket.versioned:
        yield problem(
            f"{key}operations.bucket",
            name,
            "The bucket is not versioned.",
            "Records of changes and snapshots are kept in a bucket that keeps versions.",
            f"Set versioned: true in buckets.{name}, or remove it here, for a bucket of its own.",
            why="Whoever overwrites or deletes one by mistake gets it back.",
        )
    expires = bucket.expire_days.get(SNAPSHOTS)
    if expires is not None and expires < days:
        yield problem(
            f"{key}operations.snapshots.days",
            days,
            f"S3 deletes what is in {SNAPSHOTS} of that bucket after {expires} days.",
            "Snapshots are there as long as is said.",
            f"Set {expires} or less, or more in buckets.{name}.expire_days.",
        )


def validation_asks_what_answers(stack: Stack, key: str) -> Iterator[Problem]:
    if stack.operations.validation.suites and stack.operations.host is None:
        yield from somebody_answers(stack, f"{key}operations.validation", f"{key}operations.host", "Suites")
