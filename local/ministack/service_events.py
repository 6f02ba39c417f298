"""A service's events in ECS's words: MiniStack tells one thing of every update, and nothing of tasks and targets.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html
"""

from __future__ import annotations

import uuid
from typing import Any

from ministack.core.concurrency import resource_lock
from ministack.services import ecs

MOST = 100  # that DescribeServices returns
BY_SCHEDULER = ("Deployment", "Service scaling", "Task definition", "Service deleted", "Task failed")
"""How the reasons begin for which the scheduler, not somebody, stops a task."""


def install() -> None:
    """Lays it over what follows each change of a task, and over the registration of targets."""
    refresh, sync = ecs._refresh_service_state, ecs._sync_service_targets

    def refresh_and_tell(cluster_name: str, group: str) -> None:
        refresh(cluster_name, group)
        if service := ecs._services.get(f"{cluster_name}/{group.removeprefix('service:')}"):
            tell_tasks(service)

    def sync_and_tell(cluster_name: str, service: dict[str, Any]) -> None:
        before = {group: set(published) for group, published in service.get("_published_targets", {}).items()}
        sync(cluster_name, service)
        for group, published in service.get("_published_targets", {}).items():
            tell_targets(service, group, before.get(group, set()), set(published))

    ecs._refresh_service_state, ecs._sync_service_targets = refresh_and_tell, sync_and_tell


def say(service: dict[str, Any], message: str) -> None:
    """Adds an event, the newest first, and removes those that MiniStack made up."""
    event = {
        "id": str(uuid.uuid4()),
        "createdAt": ecs._iso(),
        "message": f"(service {service['serviceName']}) {message}",
        "_ours": True,
    }
    told = [each for each in service["events"] if each.get("_ours")]
    service["events"][:] = [event, *told][:MOST]


def tell_tasks(service: dict[str, Any]) -> None:
    """Says which tasks were started and stopped since it was last asked."""
    with resource_lock("ecs-service-events", service["serviceArn"]):
        seen: dict[str, bool] = service.setdefault("_seen_tasks", {})  # ARN -> whether it was running
        tasks = tasks_of(service)
        started = [task for task in tasks if task["taskArn"] not in seen and _lives(task)]
        stopped = [task for task in tasks if seen.get(task["taskArn"]) and not _lives(task)]
        seen |= {task["taskArn"]: _lives(task) for task in tasks}
        service["events"][:] = [each for each in service["events"] if each.get("_ours")]
        if started:
            say(service, f"has started {len(started)} tasks: {_named(started)}.")
        if by_scheduler := [each for each in stopped if str(each.get("stoppedReason")).startswith(BY_SCHEDULER)]:
            say(service, f"has stopped {len(by_scheduler)} running tasks: {_named(by_scheduler)}.")


def tell_targets(service: dict[str, Any], group: str, before: set[str], now: set[str]) -> None:
    """Says how many targets came and went."""
    if came := now - before:
        say(service, f"registered {len(came)} targets in (target-group {group}).")
    if gone := before - now:
        say(service, f"deregistered {len(gone)} targets in (target-group {group}).")
        say(service, f"has begun draining connections on {len(gone)} tasks.")


def tasks_of(service: dict[str, Any]) -> list[dict[str, Any]]:
    """All tasks that a service has started and the emulator still knows."""
    return [
        task
        for task in list(ecs._tasks.values())
        if task.get("group") == f"service:{service['serviceName']}" and task.get("clusterArn") == service["clusterArn"]
    ]


def _lives(task: dict[str, Any]) -> bool:
    return task.get("lastStatus") in ecs._PRE_STOP_STATUSES


def _named(tasks: list[dict[str, Any]]) -> str:
    return " ".join(f"(task {task['taskArn'].rpartition('/')[2]})" for task in tasks)
