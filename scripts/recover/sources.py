"""What is left of a stack whose region is lost: the copies in the region of recovery (AUT-DR-02)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from scripts.errors import Exit, PlinthError
from settings import names

if TYPE_CHECKING:
    from scripts.cloud import Cloud
    from settings import Stack


class Sources(BaseModel):
    """Copies: the database's automated backups, and a replica of each bucket."""

    model_config = ConfigDict(frozen=True)

    automated_backup: str | None
    """ARN; None where the stack has no database."""
    restorable_until: dt.datetime | None
    buckets: dict[str, str]
    """Key in the stack file to the replica's name in S3."""


def sources(lost: Stack, region: str, cloud: Cloud) -> Sources:
    """Find them, by the lost stack's file alone; PlinthError when the database has none in that region."""
    found, until = None, None
    if lost.postgres is not None:
        identifier = names.postgres(lost)
        backups = cloud.client("rds", region).describe_db_instance_automated_backups(
            Filters=[{"Name": "db-instance-id", "Values": [identifier]}]
        )["DBInstanceAutomatedBackups"]
        if not backups:
            raise PlinthError(
                f"there are no backups of {identifier} in {region}",
                "postgres.backup_region of the lost stack names the region that has them",
                Exit.RESOURCE,
            )
        newest = max(backups, key=lambda each: each["RestoreWindow"]["LatestTime"])
        found = newest["DBInstanceAutomatedBackupsArn"]
        until = newest["RestoreWindow"]["LatestTime"]
    replicas = {
        key: name
        for key, bucket in lost.buckets.items()
        if bucket.replicate_to is not None and bucket.replicate_to.region == region
        for name in [names.replica(lost, key)]
        if name is not None
    }
    return Sources(automated_backup=found, restorable_until=until, buckets=replicas)
