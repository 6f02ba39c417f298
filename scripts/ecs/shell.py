"""A shell in a running task (RPH-OPS-02, CHR-OPS-02).

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from scripts.errors import Exit, PlinthError

if TYPE_CHECKING:
    from scripts.ecs.service import EcsService

_PLUGIN = "session-manager-plugin"
_HOW_TO_GET_IT = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"
)


def tasks(service: EcsService) -> list[dict[str, Any]]:
    """The running tasks of a service."""
    arns = service.ecs.list_tasks(cluster=service.cluster, serviceName=service.entry.name)["taskArns"]
    return list(service.ecs.describe_tasks(cluster=service.cluster, tasks=arns)["tasks"]) if arns else []


def open_shell(service: EcsService, task: dict[str, Any], container: str, command: str) -> int:
    """Run a command in a container of a task, with this terminal; its exit code. Sessions are logged."""
    if shutil.which(_PLUGIN) is None:
        raise PlinthError(f"{_PLUGIN} is not on PATH, and AWS's sessions need it", f"Install it: {_HOW_TO_GET_IT}")
    named = next((each for each in task["containers"] if each["name"] == container), None)
    if named is None or not task.get("enableExecuteCommand"):
        raise PlinthError(
            f"task {task['taskArn'].rpartition('/')[2]} takes no sessions in {container!r}",
            "Set exec: true for the service, and pulumi up; tasks begun before that take none",
            Exit.RESOURCE,
        )
    answer = service.ecs.execute_command(
        cluster=service.cluster, task=task["taskArn"], container=container, command=command, interactive=True
    )
    of = f"ecs:{service.cluster}_{task['taskArn'].rpartition('/')[2]}_{named['runtimeId']}"
    words = [
        _PLUGIN,
        json.dumps(answer["session"]),
        service.target.region,
        "StartSession",
        "",
        json.dumps({"Target": of}),
        service.ecs.meta.endpoint_url,
    ]
    return subprocess.run(words, check=False).returncode
