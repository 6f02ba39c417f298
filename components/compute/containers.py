"""Container definitions in the one form that AWS gives back, so that nothing differs which has not changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi_aws as aws

    from components.use import Mount
    from settings import ContainerCheck

STOP_SECONDS = 30  # how long a container may go on answering between SIGTERM and SIGKILL


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of a task."""

    name: str
    image: pulumi.Input[str]
    environment: Mapping[str, pulumi.Input[str]]
    secrets: Mapping[str, pulumi.Input[str]]
    port: int | None = None
    command: Sequence[str] = ()
    cpu: int = 0
    memory: int | None = None
    """MiB at which it is stopped."""
    essential: bool = True
    check: ContainerCheck | None = None
    mounts: Sequence[Mount] = ()
    after: Mapping[str, str] = field(default_factory=dict)
    """Containers that come before it, each with the condition it waits for: START or HEALTHY."""


def container_definitions(
    containers: Sequence[Container], *, log_group: pulumi.Input[str], region: str
) -> pulumi.Output[str]:
    """The container definitions of a task, as JSON.

    Lists are sorted by name and AWS's own defaults are written out: ECS fills them in, and a later comparison would
    take them for changes (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html).
    """
    return pulumi.Output.json_dumps([_definition(each, log_group, region) for each in containers], sort_keys=True)


def _definition(container: Container, log_group: pulumi.Input[str], region: str) -> dict[str, Any]:
    port, check = container.port, container.check
    definition: dict[str, Any] = {
        "name": container.name,
        "image": container.image,
        "cpu": container.cpu,
        "essential": container.essential,
        "environment": [{"name": key, "value": value} for key, value in sorted(container.environment.items())],
        "secrets": [{"name": key, "valueFrom": container.secrets[key]} for key in sorted(container.secrets)],
        # An init process reaps what ECS Exec leaves behind.
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group,
                "awslogs-region": region,
                "awslogs-stream-prefix": container.name,
            },
        },
        "mountPoints": [
            {"sourceVolume": mount.name, "containerPath": mount.path, "readOnly": False}
            for mount in sorted(container.mounts, key=lambda mount: mount.name)
        ],
        "portMappings": [] if port is None else [{"containerPort": port, "hostPort": port, "protocol": "tcp"}],
        "stopTimeout": STOP_SECONDS,
        "systemControls": [],
        "volumesFrom": [],
    }
    if container.memory is not None:
        definition["memory"] = container.memory
    if container.command:
        definition["command"] = list(container.command)
    if check is not None:
        definition["healthCheck"] = {
            "command": ["CMD", *check.command],
            "interval": check.interval_seconds,
            "timeout": check.timeout_seconds,
            "retries": check.retries,
            "startPeriod": check.start_seconds,
        }
    if container.after:
        definition["dependsOn"] = [
            {"containerName": name, "condition": container.after[name]} for name in sorted(container.after)
        ]
    return definition


def volumes(mounts: Sequence[Mount]) -> list[aws.ecs.TaskDefinitionVolumeArgsDict]:
    """The volumes of a task: directories of EFS, mounted over TLS, as the task's role, by their access points."""
    return [
        {
            "name": mount.name,
            "efs_volume_configuration": {
                "file_system_id": mount.file_system_id,
                # With an access point it is the access point's directory that is seen there.
                "root_directory": "/",
                "transit_encryption": "ENABLED",
                "authorization_config": {"access_point_id": mount.access_point_id, "iam": "ENABLED"},
            },
        }
        for mount in sorted(mounts, key=lambda mount: mount.name)
    ]
