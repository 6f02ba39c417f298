"""Snapshots of the database, and instances made of them (RPH-OPS-03, RPH-MAN-07)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from scripts.aws_errors import code
from scripts.errors import Exit, PlinthError, unknown
from scripts.operations.journal import now
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target
    from settings.inventory import PostgresEntry

_LONGEST: Final = 63  # characters of an identifier


class Kept(BaseModel):
    """A snapshot of the database."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str
    """manual, automated or awsbackup."""
    status: str
    taken: dt.datetime | None
    gib: int


class Listed(Result):
    """The database's snapshots, the newest first, and until when it can be restored to any moment."""

    database: str
    snapshots: tuple[Kept, ...]
    latest: dt.datetime | None

    def show(self, console: Console) -> None:
        """Print a line for each."""
        rows = [
            (each.name, each.kind, each.status, f"{each.taken:%Y-%m-%d %H:%M}" if each.taken else None, each.gib)
            for each in self.snapshots
        ]
        console.print(table("snapshot", "kind", "status", "taken (UTC)", "GiB", rows=rows))
        if self.latest is not None:
            console.print(f"any moment until {self.latest:%Y-%m-%d %H:%M:%S} UTC: --time", markup=False)


def database(target: Target) -> PostgresEntry:
    """Where the database is; PlinthError when the stack has none."""
    found = target.inventory.platform.postgres
    if found is None:
        raise PlinthError(f"stack {target.stack} has no database", exit_code=Exit.USAGE)
    return found


def manual_name(target: Target) -> str:
    """What a snapshot by hand is called: ``auterity-db-production-manual-20261123-031500`` (RPH-OPS-03)."""
    return f"{database(target).identifier}-manual-{now():%Y%m%d-%H%M%S}"


def take(target: Target, name: str) -> str:
    """Take a snapshot of that name, and wait until it is there; one that is there is not taken again. Its name."""
    rds = target.cloud.client("rds")
    short = name[:_LONGEST].rstrip("-").lower()
    try:
        rds.create_db_snapshot(
            DBInstanceIdentifier=database(target).identifier,
            DBSnapshotIdentifier=short,
            Tags=[{"Key": "Stack", "Value": target.stack}, {"Key": "ManagedBy", "Value": "plinth"}],
        )
    except rds.exceptions.ClientError as error:
        if code(error) not in {"DBSnapshotAlreadyExists", "DBSnapshotAlreadyExistsFault"}:
            raise
    rds.get_waiter("db_snapshot_available").wait(
        DBSnapshotIdentifier=short, WaiterConfig={"Delay": 10, "MaxAttempts": 180}
    )
    return short


def listed(target: Target) -> Listed:
    """All snapshots of the database."""
    identifier = database(target).identifier
    found = target.cloud.pages("rds", "describe_db_snapshots", "DBSnapshots", DBInstanceIdentifier=identifier)
    instances = target.cloud.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    kept = [
        Kept(
            name=each["DBSnapshotIdentifier"],
            kind=each["SnapshotType"],
            status=each["Status"],
            taken=each.get("SnapshotCreateTime"),
            gib=each["AllocatedStorage"],
        )
        for each in found
    ]
    return Listed(
        database=identifier,
        snapshots=tuple(sorted(kept, key=lambda each: str(each.taken), reverse=True)),
        latest=instances[0].get("LatestRestorableTime") if instances else None,
    )


def known(target: Target, name: str) -> Kept:
    """The snapshot of that name; PlinthError with the nearest names when there is none."""
    found = {each.name: each for each in listed(target).snapshots}
    if name not in found:
        raise unknown("snapshot", name, found)
    return found[name]


def delete(target: Target, name: str) -> None:
    """Delete a snapshot taken by hand; PlinthError for one that RDS or AWS Backup keeps."""
    if (kind := known(target, name).kind) != "manual":
        raise PlinthError(f"{name} is not by hand ({kind}), and goes when its time is over", exit_code=Exit.USAGE)
    target.cloud.client("rds").delete_db_snapshot(DBSnapshotIdentifier=name)
