"""The record of who did what."""

from __future__ import annotations

from typing import Annotated, Literal

from settings.data.bucket_name import BucketName
from settings.section import Section, by_tier
from settings.values import Between


class Audit(Section):
    """A CloudTrail trail of all regions of the account, in a bucket whose objects cannot be changed.

    It records the whole account, not one stack: AWS charges for every further trail.
    """

    bucket: BucketName | None = None
    """Name of its bucket in S3; <system>-audit-<environment> unless set."""
    retention_days: Annotated[
        int, Between(1, 3_650, "a number of days that records are kept", "Set for example 365 for a year.")
    ] = 365
    """Days for which no record can be deleted; after them all are."""
    lock: Literal["none", "governance", "compliance"] = by_tier(
        production="governance", staging="none", development="none"
    )
    """Who can delete a record before its time: none, whoever may delete objects; governance, only who may bypass the
    lock; compliance, nobody, AWS and the account's root user included."""
    events: bool = by_tier(production=True, staging=False, development=False)
    """Whether somebody is told of what an intruder would do: the list of CIS's AWS Foundations Benchmark, as alarms.
    Records then go to CloudWatch Logs too, which charges for them. Deployments change some of what is on the list."""
