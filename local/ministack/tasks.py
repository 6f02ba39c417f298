"""Tasks of several containers as Fargate runs them: one network, an order, health checks.

MiniStack gives each container a network of its own, starts all of them at once, passes over health checks, and leaves a
service without a task that StopTask stopped. Here, as on AWS:

- the containers of an awsvpc task share one network: they meet on localhost, and the task has one address;
- a container waits for those it depends on, until they are healthy where it says so;
- a container's health is told by DescribeTasks, and a task whose essential container is unhealthy is stopped;
- a service starts another task in place of one that somebody stopped.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html. Health checks come at most
two seconds apart, whatever the interval: nobody waits half a minute for a container on the same machine.
"""

from __future__ import annotations

import time
from typing import Any

from docker.errors import DockerException
from ministack.services import ecs

LONGEST_INTERVAL_SECONDS, POLL_SECONDS = 2, 0.3
SECOND = 1_000_000_000  # Docker counts in nanoseconds


def install() -> None:
    """Lays it over the running of tasks."""
    build, run, watch = ecs._build_run_kwargs, ecs._run_docker_container, ecs._maybe_mark_stopped
    stop = ecs._ACTION_MAP["StopTask"]

    def build_for_task(cdef: dict[str, Any], td: dict[str, Any], *args: Any) -> dict[str, Any]:
        made: dict[str, Any] = build(cdef, td, *args)
        task_arn = args[5]
        join_network(made, td, ecs._tasks.get(task_arn) or {})
        if check := cdef.get("healthCheck"):
            made["healthcheck"] = docker_check(check)
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

    def stop_and_replace(data: dict[str, Any]) -> Any:
        answer = stop(data)
        cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
        task = ecs._resolve_task(data.get("task", ""), cluster) if cluster else None
        if task and (group := task.get("group", "")).startswith("service:"):
            ecs._reconcile_service_tasks(cluster, f"{cluster}/{group.removeprefix('service:')}")
        return answer

    ecs._ACTION_MAP["StopTask"] = stop_and_replace
    ecs._build_run_kwargs, ecs._run_docker_container = build_for_task, run_in_order
    ecs._maybe_mark_stopped = watch_health


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
