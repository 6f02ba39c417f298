"""Ports from the load balancer to the container: Amazon ECS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_policy import Severity

from policies.containers import containers
from policies.ingress import GROUP, INGRESS_TYPES, ingresses, openers
from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.rules.ecs import SERVICE, TASK
from policies.values import UNKNOWN, at, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack


@rule(
    "STK-10",
    "What a load balancer asks, a container answers",
    types=(SERVICE,),
    severity=Severity.MEDIUM,
    reason="otherwise ECS refuses the service, or its health checks fail until the deployment gives up.",
    remedy="Set loadBalancers.containerName and containerPort to a container of the task definition that has the port "
    "among its portMappings.",
    view=View.STACK,
)
def container_port(service: Resource, stack: Stack) -> Iterator[Verdict]:
    """By the task definition that the service names."""
    tasks = stack.links(service, "taskDefinition", (TASK,))
    for index, block in enumerate(service.items("loadBalancers") if tasks else ()):
        name, port = at(block, "containerName"), at(block, "containerPort")
        found = containers(tasks[0])
        if UNKNOWN in (name, port, *found):
            yield CannotTell(path="loadBalancers")
            continue
        ports = [
            at(mapping, "containerPort") for each in found if at(each, "name") == name for mapping in _mapped(each)
        ]
        if UNKNOWN in ports:
            yield CannotTell(path="loadBalancers")
        elif port not in ports:
            yield Finding(path=f"loadBalancers.{index}", found=f"{show(name)}:{show(port)}, which no container opens")


def _mapped(container: Any) -> list[Any]:
    return items(at(container, "portMappings"))


@rule(
    "STK-10",
    "The load balancer reaches its containers",
    types=(SERVICE,),
    severity=Severity.MEDIUM,
    reason="without a way in, every target is unhealthy, and nothing says why.",
    remedy="Add aws.vpc.SecurityGroupIngressRule to the tasks' group, from the load balancer's group, on the "
    "container's port.",
    view=View.STACK,
)
def way_in(service: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of tasks with groups of this program: one of them has a rule for the port."""
    groups = stack.links(service, "networkConfiguration", (GROUP,))
    ways = [
        way
        for group in groups
        for opener in [group, *openers(group, stack, INGRESS_TYPES)]
        for way in ingresses(opener)
    ]
    for index, block in enumerate(service.items("loadBalancers") if groups else ()):
        port = at(block, "containerPort")
        if port is UNKNOWN or any(way.ports is None for way in ways):
            yield CannotTell(path=f"loadBalancers.{index}.containerPort")
        elif isinstance(port, int | float) and not any(way.opens(int(port)) for way in ways):
            found = f"{show(port)}, which no rule of {groups[0].name} lets in"
            yield Finding(path=f"loadBalancers.{index}.containerPort", found=found)
