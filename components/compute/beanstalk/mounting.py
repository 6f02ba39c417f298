"""Directories of EFS on Beanstalk's instances: mounted by the instance, and handed to its containers.

https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-helper-ec2-linux.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi

    from components.use import Mount

_GET = "/opt/elasticbeanstalk/bin/get-config environment -k"


def variables(mounts: Sequence[Mount]) -> Mapping[str, pulumi.Input[str]]:
    """What instances read when they mount: a version's bundle names no file system, so that the one that was restored
    takes the old one's place by a variable (CHR-DR-01).
    """
    found: dict[str, pulumi.Input[str]] = {}
    for mount in mounts:
        file_system, access_point = _names(mount)
        found |= {file_system: mount.file_system_id, access_point: mount.access_point_id}
    return found


def extension(mounts: Sequence[Mount]) -> dict[str, Any]:
    """The configuration file by which an instance mounts them over TLS, as its role, now and after each restart."""
    return {
        "packages": {"yum": {"amazon-efs-utils": []}},
        "commands": {f"mount-{mount.name}": {"command": _command(mount)} for mount in mounts},
    }


def volumes(mounts: Sequence[Mount]) -> list[dict[str, Any]]:
    """The volumes of several containers: the instance has each directory where they have it."""
    return [{"name": mount.name, "host": {"sourcePath": mount.path}} for mount in mounts]


def mount_points(mounts: Sequence[Mount]) -> list[dict[str, Any]]:
    """Where one of several containers sees them."""
    return [{"sourceVolume": mount.name, "containerPath": mount.path, "readOnly": False} for mount in mounts]


def _command(mount: Mount) -> str:
    file_system, access_point = _names(mount)
    options = f"_netdev,noresvport,tls,iam,accesspoint=$({_GET} {access_point})"
    entry = f"$({_GET} {file_system}):/ {mount.path} efs {options} 0 0"
    return (
        f"mountpoint --quiet {mount.path}"
        f' || {{ mkdir --parents {mount.path} && echo "{entry}" >> /etc/fstab && mount {mount.path}; }}'
    )


def _names(mount: Mount) -> tuple[str, str]:
    name = mount.name.upper().replace("-", "_")
    return f"{name}_FILE_SYSTEM", f"{name}_ACCESS_POINT"
