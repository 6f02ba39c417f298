"""File systems: EFS, its access points, and what mounts it (GRD-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, expect, rule
from policies.values import UNKNOWN, at, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource

FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
ACCESS_POINT: Final = "aws:efs/accessPoint:AccessPoint"
TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
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
    "Directories of EFS are not everybody's to write",
    types=(ACCESS_POINT,),
    severity=Severity.MEDIUM,
    reason="mode 777 lets whatever gets in change every file, whoever it belongs to.",
    remedy="Set posixUser, and permissions such as 0750 in rootDirectory.creationInfo.",
)
def access_point(point: Resource) -> Iterator[Verdict]:
    """The user that all files are read and written as, and the mode of a directory that the access point makes."""
    yield expect(point, "posixUser", bool)
    path = "rootDirectory.creationInfo.permissions"
    yield expect(point, path, lambda mode: mode is None or str(mode)[-1:] not in _OTHERS_WRITE)


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
