"""What a database is made of, when it is not made empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Shaped

RESTORED_FROM: Final = "RestoredFrom"
"""The tag of a database that tells the backup it was made of."""


class RestoreFrom(Section):
    """A backup of a database, of which a new instance is made."""

    snapshot: (
        Annotated[
            str,
            Shaped(
                r"(arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:snapshot:)?([a-z]+:)?[A-Za-z][A-Za-z0-9-]*",
                "a snapshot",
                "It is a snapshot's name, or its ARN.",
                "'aws rds describe-db-snapshots' lists those in a region.",
            ),
        ]
        | None
    ) = None
    """A snapshot in the stack's region."""
    automated_backup: (
        Annotated[
            str,
            Shaped(
                r"arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:auto-backup:[a-z0-9-]+",
                "the ARN of automated backups",
                "It looks like arn:aws:rds:us-east-1:123456789012:auto-backup:ab-abcdefghijklmnopqrstuvwxyz.",
                "'aws rds describe-db-instance-automated-backups' lists those in a region.",
            ),
        ]
        | None
    ) = None
    """Automated backups that RDS has copied to the stack's region."""
    time: (
        Annotated[
            str,
            Shaped(
                r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z",
                "a moment",
                "It has the form 2026-11-22T19:30:00Z, in UTC.",
                "Leave it out for the latest that there is.",
            ),
        ]
        | None
    ) = None
    """The moment whose data to restore from automated backups; the latest unless set."""

    @rule
    def there_is_one_source(self, key: str) -> Iterator[Problem]:
        if (self.snapshot is None) == (self.automated_backup is None):
            yield problem(
                key,
                "",
                "Both are set." if self.snapshot else "Neither a snapshot nor automated backups are set.",
                "A database is made of one backup.",
                "Set either snapshot or automated_backup.",
            )
        if self.time is not None and self.automated_backup is None:
            yield problem(
                f"{key}.time",
                self.time,
                "A snapshot holds one moment.",
                "A moment is chosen among automated backups.",
                "Remove it, or set automated_backup.",
            )
