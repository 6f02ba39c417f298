"""Services on ECS Fargate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from settings.compute import fargate
from settings.compute.cluster import EcsName
from settings.compute.command import Command
from settings.compute.deployment import Deployment
from settings.compute.health_check import HealthCheck
from settings.compute.image import Image
from settings.compute.scaling import Count, Scaling
from settings.compute.sidecar import ContainerCheck, Sidecar
from settings.compute.variables import built_in_secrets, wrong_variables
from settings.problems import Problem, one_of
from settings.section import Section, problem, rule, section
from settings.values import Between, EnvironmentName, Many, Name, OneOf, Port, Shaped, Text

MOST_ROUTES: Final = 5  # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html


Cpu = Annotated[
    int,
    OneOf(
        tuple(fargate.SIZES),
        "a size of CPU that Fargate has",
        f"It is {one_of(list(fargate.SIZES))}; 1024 are one virtual processor.",
        "Take the next larger one.",
    ),
]
Memory = Annotated[
    int,
    Between(512, max(fargate.SIZES[16384]), "an amount of memory in MiB that Fargate has", "Set for example 2048."),
]
TargetGroup = Annotated[
    str,
    Shaped(
        r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
        "the name of a target group",
        "It has letters, digits and hyphens, with no hyphen at either end.",
        "Leave it out for <system>-<service>-<environment>.",
    ),
]
Route = Annotated[
    str,
    Shaped(
        r"/[A-Za-z0-9_\-.$/~\"'@:+&*?]{0,127}",
        "a path pattern",
        "A pattern begins with '/', has at most 128 characters, and '*' and '?' stand for any.",
        "Set for example '/api/*'.",
    ),
]


class Task(Section):
    """A one-off task: the service's image with another command, e.g. a migration."""

    command: Command
    """The command, word by word."""
    cpu: Cpu | None = None
    """CPU units; the service's unless set."""
    memory: Memory | None = None
    """MiB of memory; the service's unless set."""
    timeout_minutes: Annotated[int, Between(1, 1440, "a timeout in minutes", "Set for example 15.")] = 15
    """Minutes after which whoever runs it gives up waiting and stops it."""


class Service(Section):
    """A service: its image, size, number, routes, health and deployment."""

    image: Image
    """What runs."""
    name: EcsName | None = None
    """Name of the ECS service, and of the family of its task definitions; <system>-<service>-<environment> unless set.
    The families of one-off tasks are named <name>-<task> then."""
    port: Port
    """Port that the container listens on."""
    cpu: Cpu = 256
    """CPU units of a task; 1024 are one virtual processor."""
    memory: Memory = 512
    """MiB of memory of a task; which go with which CPU: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html."""
    count: Count
    """How many tasks run."""
    scaling: Annotated[Scaling, Field(default_factory=lambda: {"cpu_target": 70}, validate_default=True)]
    """What makes tasks come and go; 70 percent of CPU as the target unless set."""
    target_group: TargetGroup | None = None
    """Name of the target group; <system>-<service>-<environment> unless set."""
    routes: Annotated[Many[Route], Field(default=())]
    """Path patterns that lead to the service, at most five; the load balancer's default service has none."""
    health_check: HealthCheck = section()
    """How the load balancer tells whether a task is well."""
    deregistration_delay_seconds: Annotated[
        int, Between(0, 3600, "a delay in seconds", "Set it to the time that your slowest request takes.")
    ] = 30
    """Seconds that a task which is to stop may still finish its requests."""
    deployment: Deployment = section()
    """How a new version takes over."""
    check: ContainerCheck | None = None
    """How ECS asks the container itself whether it is well, beside the load balancer; not at all unless set."""
    sidecars: Annotated[dict[Name, Sidecar], Field(default_factory=dict, max_length=9)]
    """Containers that run beside the service's own in each of its tasks, by name; they meet on localhost."""
    uses: Annotated[Many[str], Field(default=())]
    """What the service may reach and is told of: postgres, redis, and names of buckets and files."""
    environment: Annotated[dict[EnvironmentName, Text], Field(default_factory=dict)]
    """Plain variables; everybody who may see the task definition can read them. Plinth adds VERSION."""
    secrets: Annotated[dict[EnvironmentName, str], Field(default_factory=dict)]
    """Variables that hold secrets: each names a key of plinth:secrets."""
    tasks: Annotated[dict[Name, Task], Field(default_factory=dict)]
    """One-off tasks, by name."""
    tracing: bool = False
    """Whether its tasks may send traces to X-Ray, and ask it which requests to record: for an X-Ray SDK, and a sidecar
    that is X-Ray's daemon or an OpenTelemetry collector. Both are told the service's name, which monitoring.tracing
    samples by."""
    exec: bool = True
    """Whether operators may open a shell in a task (ECS Exec); every session is logged."""
    command: Command | None = None
    """Command in place of the image's own."""

    @rule
    def sizes_are_fargates(self, key: str) -> Iterator[Problem]:
        if not fargate.fits(self.cpu, self.memory):
            yield _size_problem(key, self.cpu, self.memory)
        for name, task in self.tasks.items():
            cpu, memory = task.cpu or self.cpu, task.memory or self.memory
            if (task.cpu or task.memory) and not fargate.fits(cpu, memory):
                yield _size_problem(f"{key}.tasks.{name}", cpu, memory)

    @rule
    def containers_fit_the_task(self, key: str) -> Iterator[Problem]:
        taken = {"cpu": self.cpu, "memory": self.memory}
        for field, whole in taken.items():
            shares = sum(getattr(sidecar, field) or 0 for sidecar in self.sidecars.values())
            if shares >= whole:
                yield problem(
                    f"{key}.{field}",
                    whole,
                    f"The sidecars alone have {shares}.",
                    "A task's containers share what the task has, the service's own among them.",
                    f"Set a larger {key}.{field}, or less for the sidecars.",
                )

    @rule
    def ports_are_taken_once(self, key: str) -> Iterator[Problem]:
        taken = {self.port: "the service"}
        for name, sidecar in self.sidecars.items():
            first = taken.setdefault(sidecar.port, name) if sidecar.port is not None else name
            if first != name:
                yield problem(
                    f"{key}.sidecars.{name}.port",
                    sidecar.port,
                    f"{sidecar.port} is the port of {first}.",
                    "The containers of a task have one address, so each port is one container's.",
                    "Let one of the two listen on another port.",
                )

    @rule
    def routes_fit_one_rule(self, key: str) -> Iterator[Problem]:
        if len(self.routes) > MOST_ROUTES:
            yield problem(
                f"{key}.routes",
                self.routes,
                f"{len(self.routes)} patterns are too many.",
                f"A service has at most {MOST_ROUTES}.",
                "Join some, e.g. '/health*' for '/health' and '/health/*'.",
                why="A listener rule takes no more, and a deployment switches one rule.",
            )
        for route in ("/*", "*"):
            if route in self.routes:
                yield problem(
                    f"{key}.routes",
                    route,
                    f"{route!r} matches everything.",
                    "What nothing else matches goes to the default service.",
                    "Remove it, and set plinth:load_balancer.default_service to this service if that is meant.",
                )

    @rule
    def variables_are_right(self, key: str) -> Iterator[Problem]:
        reader = "Whoever may describe the task definition"
        yield from wrong_variables(key, self.environment, self.secrets, reader=reader)

    @rule
    def no_secret_is_built_in(self, key: str) -> Iterator[Problem]:
        yield from built_in_secrets(f"{key}.image", self.image.build_args)


def _size_problem(key: str, cpu: int, memory: int) -> Problem:
    sizes = fargate.nearest_sizes(cpu, memory)
    memories = fargate.SIZES[cpu]
    return problem(
        f"{key}.memory",
        memory,
        f"Fargate has no task with {cpu} CPU units and {memory} MiB.",
        f"{cpu} CPU units go with {memories[0]} to {memories[-1]} MiB.",
        f"The nearest sizes are {one_of([f'cpu {c} with memory {m}' for c, m in sizes], last='and')}."
        if len(sizes) > 1
        else f"The nearest size is cpu {sizes[0][0]} with memory {sizes[0][1]}.",
    )
