"""Directories of EFS in tasks: MiniStack keeps file systems and access points, and mounts nothing.

Here a directory is a Docker volume. As on AWS it is made when it is first mounted, with the owner and mode that its
access point says, outlives the tasks that mount it, and goes with its file system; and a task that names an access
point, a file system or a mount target that is not there does not start.
"""

from __future__ import annotations

import io
import tarfile
from typing import Any

from ministack.core import container_reaper
from ministack.services import ecs, efs

LABEL = "io.plinth.efs"
"""The label of such a volume; its value is the file system's id."""
BASE = "debian:bookworm-slim"  # in every engine that the local cloud uses: see local/base_images.py
DELETED = 204


def install() -> None:
    """Lays it over the making of task containers, and over the end of file systems."""
    build, delete = ecs._build_run_kwargs, efs._delete_file_system

    def build_with_volumes(cdef: dict[str, Any], td: dict[str, Any], *args: Any) -> dict[str, Any]:
        made: dict[str, Any] = build(cdef, td, *args)
        if binds := file_systems(cdef, td):
            made["volumes"] = [*(made.get("volumes") or []), *binds]
        return made

    def delete_with_volumes(fs_id: str) -> Any:
        answer = delete(fs_id)
        if answer[0] == DELETED and (docker := ecs._get_docker()):
            for volume in docker.volumes.list(filters={"label": f"{LABEL}={fs_id}"}):
                volume.remove(force=True)
        return answer

    ecs._build_run_kwargs, efs._delete_file_system = build_with_volumes, delete_with_volumes


def file_systems(cdef: dict[str, Any], td: dict[str, Any]) -> list[str]:
    """The directories of EFS that a container mounts, as Docker's binds; RuntimeError when one cannot be mounted."""
    volumes = {each["name"]: each.get("efsVolumeConfiguration") for each in td.get("volumes", [])}
    return [
        f"{_volume(config)}:{mount['containerPath']}:{'ro' if mount.get('readOnly') else 'rw'}"
        for mount in cdef.get("mountPoints", [])
        if (config := volumes.get(mount["sourceVolume"]))
    ]


def _volume(config: dict[str, Any]) -> str:
    """The Docker volume of an access point's directory, made when it is first mounted."""
    fs_id, point_id = config["fileSystemId"], (config.get("authorizationConfig") or {}).get("accessPointId")
    point = efs._access_points.get(point_id)
    if not point or point["FileSystemId"] != fs_id:
        raise RuntimeError(f"failed to set up EFS volumes: {fs_id} has no access point {point_id}")
    if not any(target["FileSystemId"] == fs_id for target in efs._mount_targets.values()):
        raise RuntimeError(f"failed to set up EFS volumes: {fs_id} has no mount target")
    root = point["RootDirectory"]
    name = f"{fs_id}{root['Path'].replace('/', '-')}"
    docker = ecs._get_docker()
    if not docker.volumes.list(filters={"name": name}):
        docker.volumes.create(name, labels={**container_reaper.own_labels("efs"), LABEL: fs_id})
        _own(docker, name, root.get("CreationInfo") or {})
    return name


def _own(docker: Any, volume: str, creation: dict[str, Any]) -> None:
    """Gives the root of a volume its owner and mode, by the archive API of a container that is never started."""
    entry = tarfile.TarInfo("volume")
    entry.type, entry.mode = tarfile.DIRTYPE, int(creation.get("Permissions", "0755"), 8)
    entry.uid, entry.gid = int(creation.get("OwnerUid", 0)), int(creation.get("OwnerGid", 0))
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(entry)
    container = docker.containers.create(BASE, volumes=[f"{volume}:/volume"])
    try:
        container.put_archive("/", archive.getvalue())
    finally:
        container.remove()
