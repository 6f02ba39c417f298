"""An instance made of a backup, beside the stack's own."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from scripts.aws_errors import code
from scripts.db.snapshots import database
from scripts.errors import Exit, PlinthError
from scripts.operations.operation import operation
from scripts.output import Result

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target
    from settings.inventory import PostgresEntry

_THERE: Final = {"DBInstanceAlreadyExists", "DBInstanceAlreadyExistsFault"}


class Restored(Result):
    """The instance, and what it was made of."""

    name: str
    host: str
    port: int
    of: str
    seconds: float

    def show(self, console: Console) -> None:
        """Print it, and what to do with it."""
        console.print(
            f"{self.name} is at {self.host}:{self.port}, made of {self.of}, in {self.seconds:.0f} s", markup=False
        )
        console.print("It is paid for until it is deleted: aws rds delete-db-instance", markup=False)


def moment(text: str) -> dt.datetime | None:
    """A moment as it is written; None for the latest that there is. PlinthError when it is none."""
    if text == "latest":
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise PlinthError(f"{text!r} is no moment", "Write 2026-11-23T03:15:00Z, or latest", Exit.USAGE)
    return found


def restore_beside(target: Target, name: str, *, snapshot: str | None, time: dt.datetime | None) -> Restored:
    """Make the instance, and wait until it is there. Killed and begun again, it waits for the one it began."""
    arguments = {"name": name, "snapshot": snapshot, "time": str(time or "latest")}
    with operation(target, "db restore", arguments) as op:
        op.step("begin", lambda: begin(target, name, snapshot=snapshot, time=time))
        found = op.step("wait until it is available", lambda: wait(target, name))
        step = op.journal.steps[-1]
        return Restored(
            name=name,
            host=found["host"],
            port=found["port"],
            of=snapshot or f"the state at {time or 'the latest moment'}",
            seconds=((step.ended or step.started) - op.journal.started).total_seconds(),
        )


def begin(target: Target, name: str, *, snapshot: str | None, time: dt.datetime | None) -> None:
    """Have an instance of that name made, of a snapshot or of a moment; nothing when it is there already.

    It is in the same subnets, behind the same security group, with the same parameters, and asks for TLS as the
    stack's does.
    """
    rds, entry = target.cloud.client("rds"), database(target)
    settings = {**_like(target, entry), "DBInstanceIdentifier": name, "Tags": [{"Key": "Stack", "Value": target.stack}]}
    try:
        if snapshot is not None:
            rds.restore_db_instance_from_db_snapshot(DBSnapshotIdentifier=snapshot, **settings)
        else:
            settings["TargetDBInstanceIdentifier"] = settings.pop("DBInstanceIdentifier")
            moment = {"RestoreTime": time} if time else {"UseLatestRestorableTime": True}
            rds.restore_db_instance_to_point_in_time(SourceDBInstanceIdentifier=entry.identifier, **moment, **settings)
    except rds.exceptions.ClientError as error:
        if code(error) not in _THERE:
            raise


def wait(target: Target, name: str) -> dict[str, Any]:
    """Wait until an instance is available; where it is then."""
    rds = target.cloud.client("rds")
    rds.get_waiter("db_instance_available").wait(
        DBInstanceIdentifier=name, WaiterConfig={"Delay": 10, "MaxAttempts": 360}
    )
    endpoint = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]["Endpoint"]
    return {"host": endpoint["Address"], "port": endpoint["Port"]}


def _like(target: Target, entry: PostgresEntry) -> dict[str, Any]:
    """What an instance made of a backup is not given by itself: the network, security group and parameters."""
    rds = target.cloud.client("rds")
    try:
        found = rds.describe_db_instances(DBInstanceIdentifier=entry.identifier)["DBInstances"][0]
    except rds.exceptions.DBInstanceNotFoundFault:
        return {
            "DBSubnetGroupName": entry.subnet_group,
            "DBParameterGroupName": entry.parameter_group,
            "VpcSecurityGroupIds": [entry.security_group_id],
            "PubliclyAccessible": False,
        }
    return {
        "DBInstanceClass": found["DBInstanceClass"],
        "DBSubnetGroupName": found["DBSubnetGroup"]["DBSubnetGroupName"],
        "DBParameterGroupName": found["DBParameterGroups"][0]["DBParameterGroupName"],
        "VpcSecurityGroupIds": [each["VpcSecurityGroupId"] for each in found["VpcSecurityGroups"]],
        "MultiAZ": False,  # it is looked at, and goes again
        "PubliclyAccessible": False,
        "CopyTagsToSnapshot": True,
    }
