"""Recovery points: what a vault holds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from scripts.backup.stores import protection, store, stores
from scripts.errors import Exit, PlinthError
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target


class Point(BaseModel):
    """A recovery point."""

    model_config = ConfigDict(frozen=True)

    arn: str
    store: str
    status: str
    made: dt.datetime
    bytes: int | None = None


class Points(Result):
    """The recovery points of a vault, the newest first, and the stores that have none."""

    vault: str
    region: str
    points: tuple[Point, ...]
    without: tuple[str, ...]

    def show(self, console: Console) -> None:
        """Print a line for each."""
        rows = [(each.store, f"{each.made:%Y-%m-%d %H:%M}", each.status, each.bytes, each.arn) for each in self.points]
        console.print(table("store", "made (UTC)", "status", "bytes", "recovery point", rows=rows))
        if self.without:
            console.print(f"without any: {', '.join(self.without)}", markup=False)


def points(target: Target, region: str | None = None) -> Points:
    """What the stack's vault holds, or its copies' vault in another region."""
    vault = protection(target).backup_vault
    names = {arn: name for name, arn in stores(target).items()}
    found = target.cloud.pages(
        "backup", "list_recovery_points_by_backup_vault", "RecoveryPoints", region=region, BackupVaultName=vault
    )
    listed = [
        Point(
            arn=each["RecoveryPointArn"],
            store=names.get(each["ResourceArn"], each["ResourceArn"]),
            status=each["Status"],
            made=each["CreationDate"],
            bytes=each.get("BackupSizeInBytes"),
        )
        for each in found
    ]
    return Points(
        vault=vault,
        region=region or target.region,
        points=tuple(sorted(listed, key=lambda each: each.made, reverse=True)),
        without=tuple(sorted(set(names.values()) - {each.store for each in listed})),
    )


def newest(target: Target, name: str) -> Point:
    """The newest whole recovery point of a store; PlinthError when there is none."""
    store(target, name)
    for each in points(target).points:
        if each.store == name and each.status == "COMPLETED":
            return each
    raise PlinthError(
        f"there is no recovery point of {name} in vault {protection(target).backup_vault}",
        f"plinth backup run {name} --stack {target.stack}",
        Exit.RESOURCE,
    )
