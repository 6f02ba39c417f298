"""All services of a stack at once: ten at a call, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scripts.cloud import batches, together

if TYPE_CHECKING:
    from scripts.target import Target

_AT_A_CALL: Final = 10  # that DescribeServices takes


def described(target: Target, only: str | None = None) -> dict[str, dict[str, Any]]:
    """Each service as ECS has it, by its key in the stack file; those that are not there are left out."""
    keys = {entry.name: key for key, entry in target.inventory.services.items() if only in (None, key)}
    ecs, cluster = target.cloud.client("ecs"), target.inventory.platform.cluster
    answers = together(
        lambda some: ecs.describe_services(cluster=cluster, services=some)["services"], batches(keys, _AT_A_CALL)
    )
    return {keys[each["serviceName"]]: each for some in answers for each in some if each["status"] == "ACTIVE"}
