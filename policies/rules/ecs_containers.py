"""What containers may do: Amazon ECS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.containers import PATH, containers
from policies.rule import CannotTell, Finding, Verdict, expect, rule
from policies.rules.ecs import TASK
from policies.values import UNKNOWN, at, is_true, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from policies.model import Resource

_ROOT: Final = ("root", "0")
_HOST: Final = ("networkMode", "pidMode", "ipcMode")
# CPU units, and the MiB of memory that Fargate has with them: least, most, step.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
_GIB: Final = 1024
_FARGATE: Final = {
    256: (512, 2 * _GIB, 512),
    512: (1 * _GIB, 4 * _GIB, _GIB),
    1024: (2 * _GIB, 8 * _GIB, _GIB),
    2048: (4 * _GIB, 16 * _GIB, _GIB),
    4096: (8 * _GIB, 30 * _GIB, _GIB),
    8192: (16 * _GIB, 60 * _GIB, 4 * _GIB),
    16384: (32 * _GIB, 120 * _GIB, 8 * _GIB),
}
_QUARTER: Final = 256  # the smallest has 512 MiB, 1 GiB or 2 GiB


@rule(
    "ECS-2",
    "No container is privileged",
    types=(TASK,),
    severity=Severity.HIGH,
    reason="whoever gets out of its application is root on the host, and in every other container there.",
    remedy="Remove privileged, and name the capabilities that are needed in linuxParameters.",
)
def privileged(task: Resource) -> Iterator[Verdict]:
    """Off unless set; Fargate has none."""
    yield from _each(task, "privileged", lambda value, _: not is_true(value))


@rule(
    "ECS-3",
    "Containers do not run as root",
    types=(TASK,),
    severity=Severity.MEDIUM,
    reason="root inside a container is one hole in the kernel away from root outside.",
    remedy="Set user to another one, by name or number, or leave it to the image's USER.",
)
def user(task: Resource) -> Iterator[Verdict]:
    """Where a task says it: what an image's USER is, cannot be seen here, and is asked of its Dockerfile (GRD-23)."""
    yield from _each(task, "user", lambda value, _: str(value).partition(":")[0] not in _ROOT)


@rule(
    "ECS-4",
    "Containers cannot write to their image",
    types=(TASK,),
    severity=Severity.MEDIUM,
    reason="whoever gets in cannot leave a program behind, nor change one.",
    remedy="Set readonlyRootFilesystem to true, and mount a volume, or tmpfs on EC2, where the application writes.",
    strict=True,
)
def read_only(task: Resource) -> Iterator[Verdict]:
    """Writable unless set."""
    yield from _each(task, "readonlyRootFilesystem", lambda value, _: is_true(value))


@rule(
    "ECS-6",
    "Containers' logs are kept",
    types=(TASK,),
    severity=Severity.HIGH,
    reason="when a task is gone, so is what it said: why it died, too.",
    remedy="Set logConfiguration with the driver awslogs or awsfirelens.",
)
def logged(task: Resource) -> Iterator[Verdict]:
    """A container that routes the others' logs keeps its own if it says so."""
    yield from _each(
        task,
        "logConfiguration.logDriver",
        lambda value, container: value not in (None, "none") or bool(at(container, "firelensConfiguration")),
    )


@rule(
    "ECS-9",
    "Tasks share nothing with their host",
    types=(TASK,),
    severity=Severity.HIGH,
    reason="a container that shares the host's network or processes sees, and reaches, what others do there.",
    remedy='Set networkMode to "awsvpc", and leave out pidMode and ipcMode, or set them to "task".',
)
def host_namespaces(task: Resource) -> Iterator[Verdict]:
    """Of the task: containers have no such settings."""
    for path in _HOST:
        yield expect(task, path, lambda value: value != "host")


@rule(
    "ECS-16",
    "What a task may do is not what ECS may do for it",
    types=(TASK,),
    severity=Severity.LOW,
    reason="the application could read every secret and image that ECS needs to start it.",
    remedy="Set taskRoleArn and executionRoleArn to roles of their own.",
)
def roles_apart(task: Resource) -> Iterator[Verdict]:
    """By their ARNs, where both are known: two roles of one program differ."""
    application, agent = task.get("taskRoleArn"), task.get("executionRoleArn")
    if isinstance(application, str) and application and application == agent:
        yield Finding(path="taskRoleArn", found=f"{show(application)}, which is executionRoleArn too")


@rule(
    "ECS-17",
    "Fargate has tasks of this size",
    types=(TASK,),
    severity=Severity.MEDIUM,
    reason="ECS refuses the task definition, in the middle of an update.",
    remedy="Set cpu and memory to a pair of Fargate's table.",
)
def fargate_sizes(task: Resource) -> Iterator[Verdict]:
    """Of tasks that ask for Fargate."""
    if "FARGATE" not in task.items("requiresCompatibilities"):
        return
    cpu, memory = task.get("cpu"), task.get("memory")
    if UNKNOWN in (cpu, memory):
        yield CannotTell(path="cpu" if cpu is UNKNOWN else "memory")
        return
    units, mebibytes = _amount(cpu, 1024, "vcpu"), _amount(memory, _GIB, "gb")
    if units not in _FARGATE:
        yield Finding(path="cpu", found=show(cpu), change=f"Set cpu to one of {', '.join(map(str, _FARGATE))}.")
    elif mebibytes is None or not _fits(units, mebibytes):
        least, most, step = _FARGATE[units]
        change = f"With {units} CPU units set memory from {least} to {most}, in steps of {step}."
        yield Finding(path="memory", found=f"{show(memory)}, with cpu {show(cpu)}", change=change)


def _fits(units: int, mebibytes: int) -> bool:
    least, most, step = _FARGATE[units]
    odd = units == _QUARTER and mebibytes not in (512, 1024, 2048)
    return least <= mebibytes <= most and mebibytes % step == 0 and not odd


def _amount(value: Any, unit: int, word: str) -> int | None:
    """CPU units or MiB, which may be written as "1 vCPU" or "2 GB" too."""
    text = show(value).lower().replace(" ", "")
    try:
        return int(float(text.removesuffix(word)) * unit) if text.endswith(word) else int(text)
    except ValueError:
        return None


def _each(task: Resource, path: str, accept: Callable[[Any, Any], bool]) -> Iterator[Verdict]:
    """Judge one property of every container."""
    for index, container in enumerate(containers(task)):
        value = container if container is UNKNOWN else at(container, path)
        if value is UNKNOWN:
            yield CannotTell(path=PATH)
        elif isinstance(container, dict) and not accept(value, container):
            yield Finding(path=f"{PATH}.{index}.{path}", found=show(value))
