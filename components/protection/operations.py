"""Where the operators' command keeps what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.data.bucket import Bucket
from settings import Bucket as BucketSettings

if TYPE_CHECKING:
    import pulumi

    from components.component import Context
    from settings import Operations

REPORT_DAYS = 365  # what was asked after an incident a year ago is answered


def records_bucket(
    name: str,
    context: Context,
    settings: Operations,
    *,
    bucket_name: str | None,
    opts: pulumi.ResourceOptions | None = None,
) -> Bucket:
    """The bucket of the records of changes, which stay, and of snapshots and reports, which go (CRT-DR-01, CRT-SEC-07).

    What is overwritten or deleted stays as long as a snapshot. None of it is in the backups: it describes how things
    were deployed, and is of no use once they are deployed otherwise.
    """
    days = settings.snapshots.days
    return Bucket(
        name,
        context,
        BucketSettings.model_validate(
            {
                "name": bucket_name,
                "expire_days": {"reports/": REPORT_DAYS, "snapshots/": days},
                "noncurrent_expire_days": days,
                "backup": False,
            }
        ),
        opts,
    )
