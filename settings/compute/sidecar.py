"""Containers that run beside a service's own, and how ECS asks a container whether it is well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from settings.compute.command import Command
from settings.compute.image import Image
from settings.compute.variables import built_in_secrets, wrong_variables
from settings.problems import Problem
from settings.section import Section, rule
from settings.values import Between, EnvironmentName, Port, Text


class ContainerCheck(Section):
    """A command that ECS runs inside a container; 0 means well. The image's own HEALTHCHECK means nothing to ECS.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """

    command: Command
    """The command, word by word, e.g. [python, -m, agent.check]."""
    interval_seconds: Annotated[int, Between(5, 300, "an interval in seconds", "Set for example 30.")] = 30
    """Seconds from check to check."""
    timeout_seconds: Annotated[int, Between(2, 60, "a timeout in seconds", "Set for example 5.")] = 5
    """Seconds after which a check without an end has failed."""
    retries: Annotated[int, Between(1, 10, "a number of checks in a row", "Set for example 3.")] = 3
    """Failures in a row that make the container unhealthy, and ECS replace the task where it is essential."""
    start_seconds: Annotated[int, Between(0, 300, "a grace period in seconds", "Set for example 30.")] = 30
    """Seconds after its start in which failures do not count."""


class Sidecar(Section):
    """A container in the same task: it shares the task's address, so that all of them meet on localhost.

    It starts before the service's own container, which waits until a sidecar with a check is healthy.
    """

    image: Image
    """What runs."""
    port: Port | None = None
    """Port that the container listens on, another than every other's in the task; none if it only calls."""
    cpu: Annotated[int, Between(0, 16_384, "a number of CPU units", "Set for example 128.")] = 0
    """CPU units that it has at least when all want more; 0 shares what others leave."""
    memory: Annotated[int, Between(6, 122_880, "an amount of memory in MiB", "Set for example 256.")] | None = None
    """MiB of memory at which it is stopped; without it the whole task's memory is its limit."""
    essential: bool = True
    """Whether the task ends when this container does."""
    check: ContainerCheck | None = None
    """How ECS asks whether it is well; not at all unless set."""
    command: Command | None = None
    """Command in place of the image's own."""
    environment: Annotated[dict[EnvironmentName, Text], Field(default_factory=dict)]
    """Plain variables; everybody who may see the task definition can read them. Plinth adds VERSION."""
    secrets: Annotated[dict[EnvironmentName, str], Field(default_factory=dict)]
    """Variables that hold secrets: each names a key of plinth:secrets."""

    @rule
    def variables_are_right(self, key: str) -> Iterator[Problem]:
        reader = "Whoever may describe the task definition"
        yield from wrong_variables(key, self.environment, self.secrets, reader=reader)
        yield from built_in_secrets(f"{key}.image", self.image.build_args)
