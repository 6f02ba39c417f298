"""What backups ask of what they back up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from settings.data import windows
from settings.problems import Problem
from settings.section import Unknown, problem

if TYPE_CHECKING:
    from settings.stack import Stack

HOUR = 60


def backed_up_buckets_have_versions(stack: Stack, key: str) -> Iterator[Problem]:
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/s3-backups.html
    if stack.backup is None:
        return
    for name, bucket in stack.buckets.items():
        with suppress(Unknown):
            if bucket.backup and not bucket.versioned:
                yield problem(
                    f"{key}buckets.{name}.backup",
                    True,  # noqa: FBT003 - the value of the setting
                    "The bucket is not versioned, and the stack has a backup.",
                    "AWS Backup takes buckets that keep versions.",
                    "Set versioned: true, or backup: false for what can be lost.",
                )


def backups_keep_away_from_the_windows(stack: Stack, key: str) -> Iterator[Problem]:
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html
    if stack.backup is None or stack.postgres is None or stack.postgres.backup_retention_days == 0:
        return
    begin, length = windows.daily(stack.postgres.backup_window)
    start = windows.clock(stack.backup.at)
    if (start - (begin - HOUR)) % windows.DAY < length + HOUR:
        yield problem(
            f"{key}backup.at",
            stack.backup.at,
            f"The database's own backup_window is {stack.postgres.backup_window}.",
            "AWS Backup begins outside of that window and of the hour before it.",
            "Set another hour for one of the two.",
            why="RDS refuses a snapshot then, and the backup of that day fails.",
        )
