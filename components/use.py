"""What a service gets by using a data store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pulumi
    import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A directory of an EFS file system, and where containers see it; mounted over TLS, through its access point."""

    name: str
    """Key in the settings, and name of the volume."""
    file_system_id: pulumi.Input[str]
    access_point_id: pulumi.Input[str]
    path: str
    """Where containers see it, e.g. ``/mnt/efs``."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a data store asks of those who use it: how to find it, what to know, what to be allowed."""

    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Plain variables of the container."""
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Variables that ECS fills in at start: name to `valueFrom`, a secret's ARN with an optional JSON key."""
    secret_arns: Sequence[pulumi.Input[str]] = ()
    """The secrets that those name, for the role that starts the task."""
    statements: Sequence[Mapping[str, Any]] = ()
    """What the application itself may do, for the task's own role."""
    mounts: Sequence[Mount] = ()
    """What is mounted into the container."""
    security_group: aws.ec2.SecurityGroup | None = None
    port: int = 0
    """Where to connect to, when the store is on the network."""


def merged(uses: Mapping[str, Use], *, environment: Mapping[str, pulumi.Input[str]] | None = None) -> Use:
    """All that a container is given and may do, in one; its own variables win over those that stores bring."""
    every = list(uses.values())
    return Use(
        environment={key: value for use in every for key, value in use.environment.items()} | dict(environment or {}),
        secrets={key: value for use in every for key, value in use.secrets.items()},
        # Several containers may read the same secret.
        secret_arns=list(dict.fromkeys(arn for use in every for arn in use.secret_arns)),
        statements=[statement for use in every for statement in use.statements],
        mounts=[mount for use in every for mount in use.mounts],
    )


def of_secrets(variables: Mapping[str, str], arns: Mapping[str, pulumi.Input[str]]) -> dict[str, Use]:
    """What a container gets of secrets: `variables` name keys of the settings' secrets, and `arns` is by these keys."""
    return {
        f"secret-{variable}": Use(secrets={variable: arns[secret]}, secret_arns=[arns[secret]])
        for variable, secret in variables.items()
    }
