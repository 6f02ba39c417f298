"""File systems: EFS, its access points, and what mounts it (GRD-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.backups import is_selected
from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.rules.ecs import TASK
from policies.subnets import expect_private
from policies.values import UNKNOWN, at, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
ACCESS_POINT: Final = "aws:efs/accessPoint:AccessPoint"
MOUNT_TARGET: Final = "aws:efs/mountTarget:MountTarget"
_BACKUP: Final = ("aws:efs/backupPolicy:BackupPolicy",)
_OTHERS_WRITE: Final = "2367"  # the last octal digits with the bit for writing


@rule(
    "EFS-1",
    "EFS is encrypted at rest",
    types=(FILE_SYSTEM,),
    severity=Severity.HIGH,
    reason="files would lie on AWS's disks in plain text, and a file system cannot be encrypted later.",
    remedy="Set encrypted to true.",
)
def encrypted(file_system: Resource) -> Iterator[Verdict]:
    """Off unless set."""
    yield expect(file_system, "encrypted", is_true)


@rule(
    "EFS-4",
    "EFS is used as a user, and its directories are not everybody's to write",
    types=(ACCESS_POINT,),
    severity=Severity.MEDIUM,
    reason="root, or a mode of 777, may change every file, whoever it belongs to.",
    remedy="Set posixUser to a uid other than 0, and permissions such as 0750 in rootDirectory.creationInfo.",
)
def access_point(point: Resource) -> Iterator[Verdict]:
    """The user that all files are read and written as, and the mode of a directory that the access point makes."""
    yield expect(point, "posixUser.uid", lambda uid: uid not in (None, 0))
    path = "rootDirectory.creationInfo.permissions"
    yield expect(point, path, lambda mode: mode is None or str(mode)[-1:] not in _OTHERS_WRITE)


@rule(
    "EFS-2",
    "Production file systems are backed up",
    types=(FILE_SYSTEM,),
    severity=Severity.MEDIUM,
    reason="a file that was overwritten yesterday is nowhere else.",
    remedy="Add aws.efs.BackupPolicy with status ENABLED, or select the file system in aws.backup.Selection.",
    view=View.STACK,
)
def backed_up(file_system: Resource, stack: Stack) -> Iterator[Verdict]:
    """By EFS's own daily backups, or by AWS Backup."""
    statuses = [each.get("backupPolicy.status") for each in stack.referrers(file_system, "fileSystemId", _BACKUP)]
    if "ENABLED" in statuses or is_selected(file_system, stack):
        return
    flaw = Finding(path="aws.efs.BackupPolicy", found=show(statuses[0]) if statuses else "missing")
    yield from in_production(file_system, CannotTell(path="backupPolicy") if UNKNOWN in statuses else flaw)


@rule(
    "EFS-3",
    "An access point of EFS has a directory of its own",
    types=(ACCESS_POINT,),
    severity=Severity.MEDIUM,
    reason="at the root it shows every other access point's files.",
    remedy='Set rootDirectory.path, for example to "/app".',
)
def own_directory(point: Resource) -> Iterator[Verdict]:
    """The root unless set."""
    yield expect(point, "rootDirectory.path", lambda path: path not in (None, "", "/"))


@rule(
    "EFS-5",
    "Production file systems lie in more than one zone",
    types=(FILE_SYSTEM,),
    severity=Severity.LOW,
    reason="with the zone the files are away.",
    remedy="Leave availabilityZoneName out; it can only be chosen when the file system is made.",
)
def zones(file_system: Resource) -> Iterator[Verdict]:
    """One Zone storage is cheaper, and right for what can be made again."""
    yield from in_production(file_system, expect(file_system, "availabilityZoneName", lambda zone: not zone))


@rule(
    "EFS-6",
    "Mount targets lie in private subnets",
    types=(MOUNT_TARGET,),
    severity=Severity.MEDIUM,
    reason="a subnet that routes to an internet gateway puts files within reach of the internet.",
    remedy="Set subnetId to a subnet without a route to an internet gateway.",
    view=View.STACK,
)
def private_subnets(target: Resource, stack: Stack) -> Iterator[Verdict]:
    """Follow subnet, route tables and routes."""
    yield from expect_private(target, stack, "subnetId")


@rule(
    "ECS-10",
    "Tasks mount EFS over TLS through an access point",
    types=(TASK,),
    severity=Severity.HIGH,
    reason="NFS travels in plain text otherwise, and a task without an access point sees all files, as root.",
    remedy='Set transitEncryption to "ENABLED" and authorizationConfig.accessPointId in efsVolumeConfiguration.',
)
def mounts(task: Resource) -> Iterator[Verdict]:
    """Each volume of EFS; others do not matter here."""
    for volume in task.items("volumes"):
        config = at(volume, "efsVolumeConfiguration")
        name = show(at(volume, "name"))
        if config is UNKNOWN:
            yield CannotTell(path=f"volumes.{name}")
        elif config is not None:
            yield _expected(config, name, "transitEncryption", "ENABLED")
            yield _expected(config, name, "authorizationConfig.accessPointId")


def _expected(config: Any, volume: str, path: str, wanted: str = "") -> Verdict:
    """Judge one property of a volume: `wanted`, or anything that is set, even where the update will know it."""
    value = at(config, path)
    if value is UNKNOWN:
        return CannotTell(path=f"volumes.{volume}.{path}") if wanted else None
    good = value == wanted if wanted else bool(value)
    return None if good else Finding(path=f"volumes.{volume}.{path}", found=show(value))
