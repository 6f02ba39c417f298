"""Containers: Amazon ECS tasks and services, and the images they run (GRD-11, GRD-12, GRD-21, GRD-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.containers import PATH as _CONTAINERS
from policies.containers import containers, first_letters_lowered
from policies.environment import expect_plain
from policies.rule import CannotTell, Finding, Verdict, View, expect, rule
from policies.rules.functions import FUNCTION
from policies.subnets import expect_private
from policies.values import UNKNOWN, at, is_true, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

TASK: Final = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE: Final = "aws:ecs/service:Service"
TASK_SET: Final = "aws:ecs/taskSet:TaskSet"
IMAGE: Final = "docker-build:index:Image"
DOCKER_IMAGE: Final = "docker:index/image:Image"
_PLATFORM: Final = "linux/amd64"
_SHIFTING: Final = ("BLUE_GREEN", "CANARY", "LINEAR")


@rule(
    "ECS-8",
    "Tasks run on X86_64",
    types=(TASK,),
    severity=Severity.MEDIUM,
    reason="images are built for linux/amd64: on another processor the container dies with an exec format error.",
    remedy='Set runtimePlatform to {cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX"}.',
)
def runtime_platform(task: Resource) -> Iterator[Verdict]:
    """Fargate runs X86_64 and Linux unless told otherwise; elsewhere it is whatever host is free."""
    fargate = "FARGATE" in task.items("requiresCompatibilities")
    yield expect(
        task, "runtimePlatform.cpuArchitecture", lambda value: value == "X86_64" or (fargate and value is None)
    )
    yield expect(task, "runtimePlatform.operatingSystemFamily", lambda value: value in (None, "LINUX"))


@rule(
    "ECS-8",
    "Images are built for linux/amd64 only",
    types=(IMAGE,),
    severity=Severity.MEDIUM,
    reason="without a platform an image is built for the builder's processor, and a laptop's may be ARM.",
    remedy=f'Set platforms to ["{_PLATFORM}"].',
)
def image_platforms(image: Resource) -> Iterator[Verdict]:
    """Of docker-build."""
    platforms = image.items("platforms")
    if UNKNOWN in platforms:
        yield CannotTell(path="platforms")
    elif platforms != [_PLATFORM]:
        yield Finding(path="platforms", found=", ".join(map(show, platforms)) or show(None))


@rule(
    "ECS-8",
    "Docker images are built for linux/amd64",
    types=(DOCKER_IMAGE,),
    severity=Severity.MEDIUM,
    reason="without a platform an image is built for the builder's processor, and a laptop's may be ARM.",
    remedy=f'Set build.platform to "{_PLATFORM}".',
)
def docker_image_platform(image: Resource) -> Iterator[Verdict]:
    """Of the older docker provider. An image without a build is only pushed."""
    if image.is_set("build"):
        yield expect(image, "build.platform", lambda platform: platform == _PLATFORM)


@rule(
    "ECS-7",
    "Tasks name an image's version",
    types=(TASK,),
    severity=Severity.MEDIUM,
    reason="what latest means changes under a running service: its tasks differ, and a rollback rolls nothing back.",
    remedy="Name a digest (repository@sha256:...) or a version's tag.",
)
def image_pinned(task: Resource) -> Iterator[Verdict]:
    """A digest pins, a tag other than latest names a version."""
    for index, container in enumerate(containers(task)):
        image = container if container is UNKNOWN else at(container, "image")
        if image is UNKNOWN:
            yield CannotTell(path=_CONTAINERS)
        elif isinstance(image, str) and image and not _is_pinned(image):
            yield Finding(path=f"{_CONTAINERS}.{index}.image", found=show(image))


@rule(
    "ECS-7",
    "Functions name an image's version",
    types=(FUNCTION,),
    severity=Severity.MEDIUM,
    reason="what latest means when the function is made is not what it means when it is looked at.",
    remedy="Name a digest (repository@sha256:...) or a version's tag in imageUri.",
)
def function_image_pinned(function: Resource) -> Iterator[Verdict]:
    """Of functions that are images."""
    if function.is_set("imageUri"):
        yield expect(function, "imageUri", lambda image: _is_pinned(str(image)))


def _is_pinned(image: str) -> bool:
    """A colon before the last slash is a registry's port."""
    reference, _, digest = image.partition("@")
    tag = reference.rsplit("/", maxsplit=1)[-1].partition(":")[2]
    return bool(digest) or tag not in ("", "latest")


@rule(
    "ECS-5",
    "No secret stands in a container's environment",
    types=(TASK,),
    severity=Severity.CRITICAL,
    reason="whoever may describe a task definition, in any revision and for ever, reads its environment.",
    remedy="Put the value into Secrets Manager or Parameter Store, and its ARN under secrets instead of environment.",
)
def plain_secrets(task: Resource) -> Iterator[Verdict]:
    """Judge names and values; values are never shown."""
    for index, container in enumerate(containers(task)):
        variables = [container] if container is UNKNOWN else items(at(container, "environment"))
        for variable in map(first_letters_lowered, variables):
            name, value = at(variable, "name"), at(variable, "value")
            if UNKNOWN in (name, value):
                yield CannotTell(path=_CONTAINERS)
            else:
                yield expect_plain(f"{_CONTAINERS}.{index}.environment.{show(name)}", name, value)


@rule(
    "ECS-1",
    "Tasks have no public address",
    types=(SERVICE, TASK_SET),
    severity=Severity.HIGH,
    reason="a task with a public address is one security group rule away from the internet.",
    remedy="Set networkConfiguration.assignPublicIp to false; tasks reach out through a NAT gateway or VPC endpoints.",
)
def no_public_ip(service: Resource) -> Iterator[Verdict]:
    """False unless set."""
    yield expect(service, "networkConfiguration.assignPublicIp", lambda value: not is_true(value))


@rule(
    "GRD-21",
    "Tasks run in private subnets",
    types=(SERVICE, TASK_SET),
    severity=Severity.HIGH,
    reason="a subnet that routes to an internet gateway puts tasks within reach of the internet.",
    remedy="Set networkConfiguration.subnets to subnets without a route to an internet gateway.",
    view=View.STACK,
)
def private_subnets(service: Resource, stack: Stack) -> Iterator[Verdict]:
    """A service of another network mode than awsvpc names no subnets."""
    yield from expect_private(service, stack, "networkConfiguration.subnets")


@rule(
    "ECS-13",
    "A failed deployment rolls itself back",
    types=(SERVICE,),
    severity=Severity.HIGH,
    reason="without it ECS goes on starting tasks that die, and the bad version stays.",
    remedy="Set deploymentCircuitBreaker to {enable: true, rollback: true}, "
    "or with BLUE_GREEN, CANARY or LINEAR set alarms to {enable: true, rollback: true, alarmNames: [...]}.",
)
def rollback(service: Resource) -> Iterator[Verdict]:
    """With CODE_DEPLOY or EXTERNAL it is not the service that deploys."""
    if service.get("deploymentController.type") not in (None, "ECS"):
        return
    breaker = [service.get(f"deploymentCircuitBreaker.{key}") for key in ("enable", "rollback")]
    strategy = service.get("deploymentConfiguration.strategy")
    alarms = [service.get(f"alarms.{key}") for key in ("enable", "rollback")]
    names = service.items("alarms.alarmNames")
    if all(map(is_true, breaker)) or (strategy in _SHIFTING and all(map(is_true, alarms)) and names):
        return
    if UNKNOWN in (strategy, *breaker, *alarms):
        yield CannotTell(path="deploymentCircuitBreaker")
    elif strategy in _SHIFTING:
        shown = f"enable={show(alarms[0])}, rollback={show(alarms[1])}, {len(names)} alarmNames"
        yield Finding(path="alarms", found=f"{shown}, for strategy {strategy}")
    else:
        found = f"enable={show(breaker[0])}, rollback={show(breaker[1])}"
        yield Finding(path="deploymentCircuitBreaker", found=found if any(breaker) else show(None))
