"""How services run: Amazon ECS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.containers import containers
from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.rules.ecs import SERVICE, TASK
from policies.values import UNKNOWN, at, at_least, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_CLUSTER: Final = ("aws:ecs/cluster:Cluster",)
_TARGET: Final = ("aws:appautoscaling/target:Target",)
_PLATFORMS: Final = (None, "LATEST", "1.4.0")
_TASKS: Final = 2


@rule(
    "ECS-12",
    "What people do in production's containers is written down",
    types=(SERVICE,),
    severity=Severity.MEDIUM,
    reason="with ECS Exec somebody has a shell in production: without a log nobody knows what was done.",
    remedy="Set enableExecuteCommand to false, or the cluster's configuration.executeCommandConfiguration to logging "
    "OVERRIDE, with a log group or bucket that is encrypted, and a kmsKeyId.",
    view=View.STACK,
)
def exec_is_logged(service: Resource, stack: Stack) -> Iterator[Verdict]:
    """DEFAULT goes to the tasks' own log, where anybody who reads it sees it; NONE nowhere."""
    if not service.is_true("enableExecuteCommand"):
        return
    clusters = stack.links(service, "cluster", _CLUSTER)
    if not clusters:
        yield CannotTell(path="cluster", why="a cluster that is not in this program")
    path = "configuration.executeCommandConfiguration"
    for cluster in clusters:
        logging = cluster.get(f"{path}.logging")
        flaw = (
            None
            if logging == "OVERRIDE"
            else Finding(path="enableExecuteCommand", found=f"true, logging {show(logging)}")
        )
        yield from in_production(service, CannotTell(path="cluster") if logging is UNKNOWN else flaw)


@rule(
    "ECS-14",
    "Services in production have two tasks",
    types=(SERVICE,),
    severity=Severity.LOW,
    reason="with one task, its end is the service's end until another has started.",
    remedy="Set desiredCount, or the scaling target's minCapacity, to 2 or more.",
    view=View.STACK,
)
def two_tasks(service: Resource, stack: Stack) -> Iterator[Verdict]:
    """Where it scales, the least that it scales to; a daemon runs on every host."""
    if service.get("schedulingStrategy") == "DAEMON":
        return
    targets = [
        target
        for target in stack.of(_TARGET)
        if stack.links(target, "resourceId", (SERVICE,)) == [service] or _is_of(target, service)
    ]
    least = [target.get("minCapacity") for target in targets] or [service.get("desiredCount")]
    if UNKNOWN in least:
        yield from in_production(service, CannotTell(path="desiredCount"))
    elif not any(map(at_least(_TASKS), least)):
        path = "minCapacity of its scaling" if targets else "desiredCount"
        yield from in_production(service, Finding(path=path, found=show(least[0])))


def _is_of(target: Resource, service: Resource) -> bool:
    """By the name that ends a scaling target's id: service/CLUSTER/NAME."""
    name = target.get("resourceId")
    return isinstance(name, str) and name.rpartition("/")[2] in service.names


@rule(
    "ECS-15",
    "Services run on Fargate's latest platform",
    types=(SERVICE,),
    severity=Severity.MEDIUM,
    reason="older platforms get no mends of their kernel and runtime.",
    remedy="Leave platformVersion out, or set it to LATEST.",
)
def platform(service: Resource) -> Iterator[Verdict]:
    """1.4.0 is what LATEST means today."""
    yield expect(service, "platformVersion", lambda version: version in _PLATFORMS)


@rule(
    "ECS-18",
    "Somebody asks whether a service's containers are well",
    types=(SERVICE,),
    severity=Severity.LOW,
    reason="a process that hangs is running, as far as ECS knows, for ever.",
    remedy="Set healthCheck of the task definition's container, or put the service behind a load balancer.",
    view=View.STACK,
)
def health_is_checked(service: Resource, stack: Stack) -> Iterator[Verdict]:
    """A load balancer asks, or ECS by the container's own check."""
    if service.is_set("loadBalancers"):
        return
    for task in stack.links(service, "taskDefinition", (TASK,)):
        found = containers(task)
        if UNKNOWN in found:
            yield CannotTell(path="taskDefinition")
        elif not any(at(container, "healthCheck") for container in found):
            yield Finding(path="taskDefinition", found=f"{task.name}, none of whose containers has a healthCheck")
