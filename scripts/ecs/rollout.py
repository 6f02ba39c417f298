"""A deployment of ECS from its start to its end, told as it goes.

What ECS ends with is compared with what was asked for: its circuit breaker and alarms take a deployment back without an
error (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scripts.deploy.deployable import Outcome
from scripts.ecs.definitions import revision
from scripts.ecs.logs import TaskLog
from scripts.ecs.service import EcsService, primary
from scripts.ecs.shifts import STRATEGIES, newest
from scripts.waiting import poll

if TYPE_CHECKING:
    from collections.abc import Callable

_LAST_LINES: Final = 10
_EVERY_SECONDS: Final = 3


def watch(service: EcsService, wanted: str, minutes: float, note: Callable[[str], None]) -> Outcome:
    """Wait until the service is on the task definition `wanted`, or will not be; events are noted as they come."""
    told = {event["id"] for event in service.describe().get("events", ())}
    failed = 0
    what, remedy = f"the deployment of {service}", "It goes on in AWS: plinth status shows it"
    shifts, shift = service.entry.strategy in STRATEGIES, ""
    for _ in poll(what, minutes, every=_EVERY_SECONDS, remedy=remedy):
        now = service.describe()
        _note_events(now, told, note)
        mine = _deployment_of(wanted, now)
        if shifts and mine is not None and (found := newest(service, since=mine["createdAt"])) is not None:
            if str(found) != shift:
                shift = str(found)
                note(shift)
            if found.is_taken_back:
                return _taken_back(service, wanted, now, {"rolloutStateReason": found.reason})
            if not found.is_done:
                continue
        if mine is not None and mine.get("failedTasks", 0) > failed:
            failed = mine["failedTasks"]
            note(f"{failed} tasks of {revision(wanted)} have failed")
        if primary(now)["taskDefinition"] != wanted or (mine and mine.get("rolloutState") == "FAILED"):
            return _taken_back(service, wanted, now, mine)
        if mine and mine.get("rolloutState") == "COMPLETED" and mine["runningCount"] >= mine["desiredCount"]:
            return Outcome(good=True, running=revision(wanted), why=mine.get("rolloutStateReason", ""))
    raise AssertionError("poll ends with an exception")


def _deployment_of(wanted: str, now: dict[str, Any]) -> dict[str, Any] | None:
    """The deployment of that definition; the primary one of two, where a service is restarted."""
    first = sorted(now["deployments"], key=lambda each: str(each["status"]) != "PRIMARY")
    return next((each for each in first if each["taskDefinition"] == wanted), None)


def _taken_back(service: EcsService, wanted: str, now: dict[str, Any], mine: dict[str, Any] | None) -> Outcome:
    reason = (mine or {}).get("rolloutStateReason") or "ECS rolled the deployment back"
    return Outcome(
        good=False,
        running=revision(primary(now)["taskDefinition"]),
        why=reason,
        evidence=evidence(service, wanted),
    )


def evidence(service: EcsService, definition: str) -> tuple[str, ...]:
    """Why tasks of a revision ended: reasons, exit codes, and the last that one of them wrote."""
    tasks = [each for each in service.stopped_tasks() if each["taskDefinitionArn"] == definition]
    lines = []
    for task in tasks[:3]:
        codes = ", ".join(
            f"{each['name']} exit {each['exitCode']}" for each in task.get("containers", ()) if "exitCode" in each
        )
        lines.append(
            f"task {task['taskArn'].rpartition('/')[2]}: {task.get('stoppedReason', 'stopped')} {codes}".rstrip()
        )
    said = TaskLog.of(service, tasks[0], service.entry.container).last_lines(_LAST_LINES) if tasks else []
    return (*lines, *(f"  {line}" for line in said))


def _note_events(service: dict[str, Any], told: set[str], note: Callable[[str], None]) -> None:
    """Note what ECS did not say before."""
    for event in reversed(service.get("events", ())):  # ECS has the newest first
        if event["id"] not in told:
            note(event["message"])
            told.add(event["id"])
