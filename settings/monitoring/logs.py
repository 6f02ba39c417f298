"""Logs."""

from __future__ import annotations

from typing import Annotated, Final

from settings.problems import one_of
from settings.section import Section, by_tier
from settings.values import OneOf

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS: Final = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip

RetentionDays = Annotated[
    int,
    OneOf(
        RETENTION_DAYS,
        "a retention that CloudWatch Logs offers",
        f"It is {one_of(RETENTION_DAYS)} days.",
        "Take the next longer one.",
    ),
]


class Logs(Section):
    """What all log groups of the stack have in common."""

    retention_days: RetentionDays = by_tier(production=30, staging=14, development=7)
    """Days after which CloudWatch Logs deletes events."""
