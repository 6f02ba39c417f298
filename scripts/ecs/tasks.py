"""One-off tasks: a service's image with another command, in its network, with its secrets (CRT-DEP-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict

from scripts.ecs.logs import TaskLog
from scripts.errors import Exit, PlinthError, unknown
from scripts.waiting import poll

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scripts.ecs.service import EcsService

_EVERY_SECONDS: Final = 2
_TOKEN: Final = 36  # characters that ECS takes to know who started a task


class Ended(BaseModel):
    """How a task ended. `code` is None when its container never ran."""

    model_config = ConfigDict(frozen=True)

    task: str
    code: int | None
    reason: str
    lines: tuple[str, ...]


def family(service: EcsService, task: str) -> str:
    """The family of a one-off task of the stack file; PlinthError with the nearest names when there is none."""
    if task not in service.entry.tasks:
        raise unknown(f"task of {service.key}", task, service.entry.tasks)
    return service.entry.tasks[task]


def start(service: EcsService, definition: str, *, token: str, command: Sequence[str] = ()) -> str:
    """Start a task once: the same `token` gives the same task again. Its ARN."""
    for status in ("RUNNING", "STOPPED"):  # an earlier run may have started it, and been killed
        known = {"startedBy": token[:_TOKEN], "desiredStatus": status}
        if begun := service.ecs.list_tasks(cluster=service.cluster, **known)["taskArns"]:
            return str(begun[0])
    container = service.definition(definition)["containerDefinitions"][0]["name"]
    overrides = {"containerOverrides": [{"name": container, "command": list(command)}]} if command else {}
    answer = service.ecs.run_task(
        cluster=service.cluster,
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": list(service.target.inventory.platform.private_subnet_ids),
                "securityGroups": [service.entry.security_group_id],
                "assignPublicIp": "DISABLED",
            }
        },
        overrides=overrides,
        startedBy=token[:_TOKEN],
        clientToken=token[:_TOKEN],
    )
    if not answer["tasks"]:
        failures = ", ".join(f"{each.get('arn', 'task')}: {each['reason']}" for each in answer["failures"])
        raise PlinthError(f"the task could not be started: {failures}", "plinth diagnose says more", Exit.RESOURCE)
    return str(answer["tasks"][0]["taskArn"])


def wait(service: EcsService, task: str, minutes: float, say: Callable[[str], None]) -> Ended:
    """Wait for the end of a task, and say what it writes meanwhile. One that is not over in time is stopped."""
    log: TaskLog | None = None
    try:
        for _ in poll(f"task {task.rpartition('/')[2]}", minutes, every=_EVERY_SECONDS, remedy="It was stopped"):
            found = service.ecs.describe_tasks(cluster=service.cluster, tasks=[task])["tasks"][0]
            log = log or TaskLog.of(service, found)
            over = found["lastStatus"] == "STOPPED"
            for line in log.new_lines() if not over else log.rest():
                say(line)
            if over:
                return _ended(found, log)
    except PlinthError:
        service.ecs.stop_task(cluster=service.cluster, task=task, reason="plinth: not over in time")
        raise
    raise AssertionError("poll ends with an exception")


def _ended(task: dict[str, Any], log: TaskLog) -> Ended:
    container = task["containers"][0]
    return Ended(
        task=task["taskArn"],
        code=container.get("exitCode"),
        reason=container.get("reason") or task.get("stoppedReason", ""),
        lines=tuple(log.said),
    )
