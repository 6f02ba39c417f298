"""Something new made of a recovery point: to use, or to prove that it can be made.

What AWS Backup wants to know differs by kind of store:
https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-a-backup.html
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from scripts.backup.jobs import wait_for_restore
from scripts.backup.points import newest
from scripts.backup.stores import protection
from scripts.errors import Exit, PlinthError
from scripts.operations.journal import stamp
from scripts.operations.operation import operation
from scripts.output import Result

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target

_FILES: Final = (
    "Its files are in a directory aws-backup-restore_<moment> off its root, and it has neither a mount target nor an "
    "access point yet. Make both, the access point's root being that directory: plinth beanstalk clone --set mounts it"
)
"""https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-efs.html"""


class Restored(Result):
    """What was made, of what, and how long it took; `kept` is false where it was only to prove that it works."""

    store: str
    point: str
    made: str
    seconds: float
    kept: bool

    def show(self, console: Console) -> None:
        """Print it."""
        what = "is there" if self.kept else "was made, and deleted again: the backup is good"
        console.print(f"{self.store}: {self.made} {what} after {self.seconds:.0f} s ({self.point})", markup=False)
        if self.kept and ":file-system/" in self.made:
            console.print(_FILES, markup=False)


def restore(target: Target, name: str, *, keep: bool, minutes: float) -> Restored:
    """Restore the newest recovery point of a store into something new; delete that again unless it is to be kept.

    Killed and begun again, it waits for the job that it began, and deletes what that made.
    """
    verb = "backup restore" if keep else "backup verify"
    with operation(target, verb, {"store": name}) as op:
        begun = time.monotonic()
        point: str = op.step("newest recovery point", lambda: newest(target, name).arn)
        fresh = f"{name}-restored-{stamp(op.journal.started).replace('_', '-')}"
        job: str = op.step("begin the restore", lambda: _begin(target, point, fresh, op.journal.id))
        made: str = op.step("wait for it", lambda: wait_for_restore(target, job, minutes, op.note))
        if not keep:
            op.step("delete what was made", lambda: _delete(target, made))
        return Restored(store=name, point=point, made=made, seconds=time.monotonic() - begun, kept=keep)


def _begin(target: Target, point: str, fresh: str, token: str) -> str:
    backup, entry = target.cloud.client("backup"), protection(target)
    stored = backup.get_recovery_point_restore_metadata(BackupVaultName=entry.backup_vault, RecoveryPointArn=point)
    metadata = _metadata(target, stored.get("RestoreMetadata", {}), fresh, stored.get("ResourceType", ""))
    return str(
        backup.start_restore_job(
            RecoveryPointArn=point,
            Metadata=metadata,
            IamRoleArn=entry.backup_role_arn,
            IdempotencyToken=token,
        )["RestoreJobId"]
    )


def _metadata(target: Target, stored: dict[str, str], fresh: str, kind: str) -> dict[str, str]:
    if kind == "EFS" or "file-system-id" in stored:
        return {
            "file-system-id": stored.get("file-system-id", ""),
            "newFileSystem": "true",
            "Encrypted": "true",
            "PerformanceMode": "generalPurpose",
            "CreationToken": fresh,
        }
    postgres = target.inventory.platform.postgres
    if postgres is not None and (kind == "RDS" or "DBInstanceIdentifier" in stored):
        return {
            **stored,
            "DBInstanceIdentifier": fresh,
            "DBSubnetGroupName": postgres.subnet_group,
            "MultiAZ": "false",
            "PubliclyAccessible": "false",
        }
    raise PlinthError(
        f"plinth cannot restore a {kind or 'store of this kind'} by itself",
        "AWS Backup's console can; buckets keep versions: aws s3api list-object-versions",
        Exit.USAGE,
    )


def _delete(target: Target, arn: str) -> None:
    service, name = arn.split(":")[2], arn.rpartition(":")[2].rpartition("/")[2]
    client: Any = target.cloud.client({"rds": "rds", "elasticfilesystem": "efs"}[service])
    if service == "rds":
        client.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True, DeleteAutomatedBackups=True)
    else:
        client.delete_file_system(FileSystemId=name)
