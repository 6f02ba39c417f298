"""Backups by AWS Backup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from settings.problems import Problem
from settings.section import Section, by_tier, problem, rule
from settings.values import Between, Region, Shaped

RetentionDays = Annotated[int, Between(1, 36_500, "a number of days", "Set for example 35.")]


class Backup(Section):
    """A daily backup of every data store into a vault of the stack's own: PostgreSQL, file systems, buckets.

    Redis has snapshots of its own: AWS Backup does not know ElastiCache.
    """

    at: Annotated[
        str,
        Shaped(
            r"([01]\d|2[0-3]):[0-5]\d", "a time of day", "It has the form hh:mm, in UTC.", "Set for example '06:00'."
        ),
    ] = "06:00"
    """When the daily backup begins, UTC."""
    retention_days: RetentionDays = 35
    """Days that a backup is kept."""
    lock: Literal["none", "governance", "compliance"] = by_tier(
        production="governance", staging="none", development="none"
    )
    """Who can delete a backup before its time: none, whoever may delete backups; governance, only who may take the
    lock away first; compliance, nobody, AWS included."""
    irrevocable_after_days: (
        Annotated[
            int,
            Between(
                3,
                36_500,
                "a number of days until a lock is irrevocable",
                "Set for example 7.",
                why="AWS leaves at least three days in which a lock can be taken back.",
            ),
        ]
        | None
    ) = None
    """Days in which a compliance lock can still be taken back; after them neither the vault nor a backup in it can be
    deleted by anybody, and both are paid for until each backup's time is over."""
    copy_to: Region | None = None
    """Region with a second vault, to which every backup is copied; none unless set."""
    copy_retention_days: RetentionDays | None = None
    """Days that a copy is kept; as long as the backup unless set."""

    @rule
    def compliance_is_meant(self, key: str) -> Iterator[Problem]:
        if self.lock == "compliance" and self.irrevocable_after_days is None:
            yield problem(
                f"{key}.irrevocable_after_days",
                None,
                "A compliance lock is asked for, and not from when on it is for ever.",
                "Both are set together.",
                "Set it, for example to 7, or set lock: governance.",
                why="After those days nobody can delete the vault or shorten what its backups are kept, AWS included.",
            )
        if self.lock != "compliance" and self.irrevocable_after_days is not None:
            yield problem(
                f"{key}.irrevocable_after_days",
                self.irrevocable_after_days,
                f"The lock is {self.lock}.",
                "Only a compliance lock becomes irrevocable.",
                "Remove it, or set lock: compliance.",
            )

    @rule
    def copies_have_a_place(self, key: str) -> Iterator[Problem]:
        if self.copy_retention_days is not None and self.copy_to is None:
            yield problem(
                f"{key}.copy_retention_days",
                self.copy_retention_days,
                "There are no copies.",
                "Copies go to the region in copy_to.",
                "Set copy_to, or remove it.",
            )
