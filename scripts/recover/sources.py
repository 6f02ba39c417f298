"""What is left of a stack whose region is lost: the copies in the region of recovery (AUT-DR-02)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from scripts.errors import Exit, PlinthError
from settings import names

if TYPE_CHECKING:
    from scripts.cloud import Cloud
    from settings import Stack

_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"


class Sources(BaseModel):
    """Copies: the database's automated backups, and a replica of each bucket."""

    model_config = ConfigDict(frozen=True)

    automated_backup: str | None
    """ARN; None where the stack has no database."""
    data_until: dt.datetime | None
    """The moment whose data the database will have."""
    buckets: dict[str, str]
    """Key in the stack file to the replica's name in S3."""


def sources(lost: Stack, region: str, cloud: Cloud, moment: dt.datetime | None = None) -> Sources:
    """Find them, by the lost stack's file alone, for that moment or the latest that there is.

    Raises PlinthError when the database has no backups in that region, or none of that moment.
    """
    backup, until = (None, None) if lost.postgres is None else _backups(names.postgres(lost), region, cloud, moment)
    replicas = {
        key: name
        for key, bucket in lost.buckets.items()
        if bucket.replicate_to is not None and bucket.replicate_to.region == region
        for name in [names.replica(lost, key)]
        if name is not None
    }
    return Sources(automated_backup=backup, data_until=until, buckets=replicas)


def _backups(identifier: str, region: str, cloud: Cloud, moment: dt.datetime | None) -> tuple[str, dt.datetime]:
    """The newest automated backups that hold the moment, and the moment; several are there after a restore."""
    found = cloud.client("rds", region).describe_db_instance_automated_backups(
        Filters=[{"Name": "db-instance-id", "Values": [identifier]}]
    )["DBInstanceAutomatedBackups"]
    # What has just begun to be copied has no window yet.
    windows = {
        each["DBInstanceAutomatedBackupsArn"]: (window["EarliestTime"], window["LatestTime"])
        for each in found
        if "LatestTime" in (window := each.get("RestoreWindow", {}))
    }
    if not windows:
        raise PlinthError(
            f"there are no backups of {identifier} in {region}",
            "postgres.backup_region of the lost stack names the region that has them",
            Exit.RESOURCE,
        )
    fitting = [arn for arn, (first, last) in windows.items() if moment is None or first <= moment <= last]
    if not fitting:
        told = ", ".join(f"{first:{_MOMENT}} to {last:{_MOMENT}}" for first, last in windows.values())
        raise PlinthError(
            f"no backup of {identifier} in {region} holds {moment:{_MOMENT}}; there is {told}",
            "Choose --time among them, or leave it out for the latest",
            Exit.USAGE,
        )
    newest = max(fitting, key=lambda arn: windows[arn][1])
    return newest, moment or windows[newest][1]
