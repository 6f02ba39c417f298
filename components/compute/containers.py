"""Container definitions in the one form that AWS gives back, so that nothing differs which has not changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STOP_SECONDS = 30  # how long a container may go on answering between SIGTERM and SIGKILL


def container_definitions(
    *,
    name: str,
    image: pulumi.Input[str],
    environment: Mapping[str, pulumi.Input[str]],
    secrets: Mapping[str, pulumi.Input[str]],
    log_group: pulumi.Input[str],
    region: str,
    port: int | None = None,
    command: Sequence[str] = (),
) -> pulumi.Output[str]:
    """The container definitions of a task with one container, as JSON.

    Lists are sorted by name and AWS's own defaults are written out: ECS fills them in, and a later comparison would
    take them for changes (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html).
    """
    definition: dict[str, Any] = {
        "name": name,
        "image": image,
        "cpu": 0,
        "essential": True,
        "environment": [{"name": key, "value": environment[key]} for key in sorted(environment)],
        "secrets": [{"name": key, "valueFrom": secrets[key]} for key in sorted(secrets)],
        # An init process reaps what ECS Exec leaves behind.
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group,
                "awslogs-region": region,
                "awslogs-stream-prefix": name,
            },
        },
        "mountPoints": [],
        "portMappings": ([] if port is None else [{"containerPort": port, "hostPort": port, "protocol": "tcp"}]),
        "stopTimeout": STOP_SECONDS,
        "systemControls": [],
        "volumesFrom": [],
    }
    if command:
        definition["command"] = list(command)
    return pulumi.Output.json_dumps([definition], sort_keys=True)
