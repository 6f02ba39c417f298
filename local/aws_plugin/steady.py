"""Waiting for an ECS service: until its deployment is done, or ECS has given it up."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from local.aws_plugin.aws import AwsError

if TYPE_CHECKING:
    from local.aws_plugin.lifecycle import Lifecycle

_SECONDS = int(os.environ.get("PLINTH_STEADY_SECONDS", "1200"))
"""The vendor's plugin waits 20 minutes."""

_ASK_SECONDS = 0.25
_STOPPED_SHOWN = 10
_EVENTS_SHOWN = 3


def same_definition(old: Any, new: Any) -> bool:
    """A task definition by ARN or by family and revision."""
    return str(old).rpartition("/")[2] == str(new).rpartition("/")[2]


def await_steady(lifecycle: Lifecycle, state: Mapping[str, Any]) -> None:
    """Wait until the task definition asked for is the only deployment, and complete.

    Raises `AwsError`, with why, if ECS gave the deployment up (the circuit breaker goes back to the last one), or
    when the time is over.
    """
    deadline = time.monotonic() + _SECONDS
    target = {"cluster": state["cluster"], "services": [state["name"]]}
    while True:
        service = lifecycle.request("DescribeServices", target, state)["services"][0]
        deployments = service.get("deployments", [])
        mine = next((d for d in deployments if same_definition(d["taskDefinition"], state["taskDefinition"])), None)
        if mine is None or mine.get("rolloutState") == "FAILED":
            raise AwsError(_failure(lifecycle, service, mine or {}, state))
        if _done(service, mine):
            return
        if time.monotonic() > deadline:
            raise AwsError(f"after {_SECONDS} s, {_failure(lifecycle, service, mine, state)}")
        lifecycle.aws.pause(_ASK_SECONDS)


def _done(service: Mapping[str, Any], mine: Mapping[str, Any]) -> bool:
    # The emulator lists a deployment that failed and was rolled back on and on; nothing of it runs.
    others = [each for each in service["deployments"] if each is not mine and each.get("rolloutState") != "FAILED"]
    return (
        not others
        and mine["status"] == "PRIMARY"
        and mine.get("rolloutState", "COMPLETED") == "COMPLETED"
        and service["runningCount"] == service["desiredCount"]
    )


def _failure(
    lifecycle: Lifecycle, service: Mapping[str, Any], deployment: Mapping[str, Any], state: Mapping[str, Any]
) -> str:
    """Why a deployment did not come up: ECS's reason, what stopped tasks say, the latest events."""
    cluster, name = state["cluster"], state["name"]
    wanted = {"cluster": cluster, "serviceName": name, "desiredStatus": "STOPPED"}
    stopped = lifecycle.request("ListTasks", wanted, state)["taskArns"][:_STOPPED_SHOWN]
    tasks = (
        lifecycle.request("DescribeTasks", {"cluster": cluster, "tasks": stopped}, state)["tasks"] if stopped else []
    )
    reasons = {_stopped(task) for task in tasks}
    events = [event["message"] for event in service.get("events", [])[:_EVENTS_SHOWN]]
    counts = f"{service['runningCount']} of {service['desiredCount']} tasks run"
    parts = [
        f"the deployment of service {name} did not become steady: {counts}",
        str(deployment.get("rolloutStateReason", "")),
        "stopped: " + "; ".join(sorted(reasons)) if reasons else "",
        "events: " + " | ".join(events) if events else "",
    ]
    return ". ".join(part.rstrip(".") for part in parts if part)


def _stopped(task: Mapping[str, Any]) -> str:
    """Why a task stopped: ECS's words and the exit codes of its containers."""
    codes = [f"{c['name']} ended with {c['exitCode']}" for c in task.get("containers", ()) if c.get("exitCode")]
    return f"{task.get('stoppedReason', '')}{' (' + ', '.join(codes) + ')' if codes else ''}"
