"""All services of a stack at once: ten at a call, side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from scripts.aws_errors import if_there
from scripts.cloud import batches, together

if TYPE_CHECKING:
    from scripts.target import Target

_AT_A_CALL: Final = 10  # that DescribeServices takes
_TASKS_AT_A_CALL: Final = 100


def described(target: Target, only: str | None = None) -> dict[str, dict[str, Any]]:
    """Each service as ECS has it, by its key in the stack file; those that are not there are left out.

    Without the cluster none is there.
    """
    keys = {entry.name: key for key, entry in target.inventory.services.items() if only in (None, key)}
    ecs, cluster = target.cloud.client("ecs"), target.inventory.platform.cluster
    answers = together(
        lambda some: if_there(lambda: ecs.describe_services(cluster=cluster, services=some)), batches(keys, _AT_A_CALL)
    )
    found = [each for some in answers if some is not None for each in some["services"]]
    return {keys[each["serviceName"]]: each for each in found if each["status"] == "ACTIVE"}


def target_health(target: Target, key: str) -> list[dict[str, Any]]:
    """What the load balancer says of a service's targets, in each of its groups; nothing of one that is not there."""
    elb, service = target.cloud.client("elbv2"), target.inventory.services[key]
    groups = [arn for arn in (service.target_group_arn, service.alternate_target_group_arn) if arn]
    found = [if_there(partial(elb.describe_target_health, TargetGroupArn=arn)) for arn in groups]
    return [each for answer in found if answer is not None for each in answer["TargetHealthDescriptions"]]


def stopped_tasks(target: Target) -> dict[str, list[dict[str, Any]]]:
    """Tasks of the stack that ended in the last hour, by the name of their service, the newest first."""
    ecs, cluster = target.cloud.client("ecs"), target.inventory.platform.cluster
    arns = target.cloud.pages("ecs", "list_tasks", "taskArns", cluster=cluster, desiredStatus="STOPPED")
    answers = together(
        lambda some: ecs.describe_tasks(cluster=cluster, tasks=some)["tasks"], batches(arns, _TASKS_AT_A_CALL)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for task in sorted((each for some in answers for each in some), key=_ended, reverse=True):
        found.setdefault(str(task.get("group", "")).removeprefix("service:"), []).append(task)
    return found


def _ended(task: dict[str, Any]) -> str:
    return str(task.get("stoppedAt", ""))
