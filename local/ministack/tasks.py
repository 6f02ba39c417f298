"""Tasks of several containers as Fargate runs them: one network, an order, health checks, directories of EFS.

MiniStack gives each container a network of its own, starts all of them at once, and passes over health checks and
volumes of EFS. Here, as on AWS:

- the containers of an awsvpc task share one network: they meet on localhost, and the task has one address;
- a container waits for those it depends on, until they are healthy where it says so;
- a container's health is told by DescribeTasks, and a task whose essential container is unhealthy is stopped;
- a volume of EFS is a directory that outlives its tasks, with the owner and mode of its access point, until the file
  system is deleted.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html. Health checks come at most
two seconds apart, whatever the interval: nobody waits half a minute for a container on the same machine.
"""

from __future__ import annotations

import io
import tarfile
import time
from typing import Any

from docker.errors import DockerException
from ministack.core import container_reaper
from ministack.services import ecs, efs

LABEL = "io.plinth.efs"
"""The label of a Docker volume that holds a directory of EFS; its value is the file system's id."""
BASE = "debian:bookworm-slim"  # in every engine that the local cloud uses: see local/base_images.py
LONGEST_INTERVAL_SECONDS, POLL_SECONDS = 2, 0.3
SECOND = 1_000_000_000  # Docker counts in nanoseconds
DELETED = 204


def install() -> None:
    """Lays it over the running of task containers, and over the end of file systems."""
    build, run, watch = ecs._build_run_kwargs, ecs._run_docker_container, ecs._maybe_mark_stopped
    delete_file_system = efs._delete_file_system

    def build_for_task(cdef: dict[str, Any], td: dict[str, Any], *args: Any) -> dict[str, Any]:
        made: dict[str, Any] = build(cdef, td, *args)
        task_arn = args[5]
        join_network(made, td, ecs._tasks.get(task_arn) or {})
        if check := cdef.get("healthCheck"):
            made["healthcheck"] = docker_check(check)
        if binds := file_systems(cdef, td):
            made["volumes"] = [*(made.get("volumes") or []), *binds]
        return made

    def run_in_order(docker: Any, cdef: dict[str, Any], run_kwargs: dict[str, Any], **options: Any) -> Any:
        prefix = run_kwargs["name"].removesuffix(cdef["name"])
        for dependency in cdef.get("dependsOn") or []:
            if dependency["condition"] == "HEALTHY":
                await_healthy(docker, prefix + dependency["containerName"])
        return run(docker, cdef, run_kwargs, **options)

    def watch_health(task: dict[str, Any], docker: Any = None) -> None:
        watch(task, docker)
        record_health(task, docker or ecs._get_docker())

    def delete_with_volumes(fs_id: str) -> Any:
        answer = delete_file_system(fs_id)
        if answer[0] == DELETED and (docker := ecs._get_docker()):
            for volume in docker.volumes.list(filters={"label": f"{LABEL}={fs_id}"}):
                volume.remove(force=True)
        return answer

    ecs._build_run_kwargs, ecs._run_docker_container = build_for_task, run_in_order
    ecs._maybe_mark_stopped, efs._delete_file_system = watch_health, delete_with_volumes


def join_network(made: dict[str, Any], td: dict[str, Any], task: dict[str, Any]) -> None:
    """Lets all containers but a task's first share the network of that one."""
    started = task.get("_docker_ids")
    if td.get("networkMode") == "awsvpc" and started:
        for alone in ("network", "extra_hosts", "ports"):
            made.pop(alone, None)
        made["network_mode"] = f"container:{started[0]}"


def docker_check(check: dict[str, Any]) -> dict[str, Any]:
    """A container's health check as Docker has it."""
    return {
        "test": check["command"],
        "interval": min(check.get("interval", 30), LONGEST_INTERVAL_SECONDS) * SECOND,
        "timeout": check.get("timeout", 5) * SECOND,
        "retries": check.get("retries", 3),
        "start_period": check.get("startPeriod", 0) * SECOND,
    }


def await_healthy(docker: Any, name: str) -> None:
    """Returns when a container is healthy; RuntimeError when it never will be."""
    while True:
        state = docker.containers.get(name).attrs["State"]
        status = (state.get("Health") or {}).get("Status")
        if status == "healthy":
            return
        if status in (None, "unhealthy") or state["Status"] == "exited":
            raise RuntimeError(f"dependency {name} did not become healthy")
        time.sleep(POLL_SECONDS)


def record_health(task: dict[str, Any], docker: Any) -> None:
    """Writes the health of a task's containers down, once a second, and stops the task that is not well."""
    now = time.monotonic()
    if docker is None or task.get("lastStatus") != "RUNNING" or now - task.get("_health_seen", 0) < 1:
        return
    task["_health_seen"] = now
    essential = list(task.get("_container_essentials") or [])
    for index, container_id in enumerate(list(task.get("_docker_ids") or [])):
        status = _health(docker, container_id)
        task["containers"][index]["healthStatus"] = status
        if status == "UNHEALTHY" and (index >= len(essential) or essential[index]):
            cluster = ecs._cluster_name_from_arn(task["clusterArn"])
            reason = "Task failed container health checks"
            ecs._stop_task({"task": task["taskArn"], "cluster": cluster, "reason": reason})
            ecs._record_service_task_failure(task)
            return


def _health(docker: Any, container_id: str) -> str:
    """A container's health in ECS's words."""
    try:
        health = docker.containers.get(container_id).attrs["State"].get("Health") or {}
    except DockerException:  # the engine is away for a moment, or the container is: the next look tells
        return "UNKNOWN"
    return {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY"}.get(str(health.get("Status")), "UNKNOWN")


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
