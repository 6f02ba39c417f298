"""How a service is deployed, in full: what it takes to see later what was different (CRT-DR-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scripts.ecs.definitions import image_of, version_of
from scripts.ecs.service import primary

if TYPE_CHECKING:
    from scripts.ecs.service import EcsService

_OF_SERVICE: Final = (
    "serviceArn",
    "desiredCount",
    "runningCount",
    "deploymentConfiguration",
    "deploymentController",
    "healthCheckGracePeriodSeconds",
    "loadBalancers",
    "platformVersion",
    "enableExecuteCommand",
)


def snapshot(service: EcsService) -> dict[str, Any]:
    """The service, its task definition with its variables, load balancer, scaling and network.

    Secrets are references in a task definition, and stay that.
    """
    now = service.describe()
    definition = service.definition(primary(now)["taskDefinition"])
    container = service.entry.container
    return {
        "release": definition["taskDefinitionArn"].rpartition("/")[2],
        "image": image_of(definition, container),
        "version": version_of(definition, container),
        "healthy": now["runningCount"] >= now["desiredCount"],
        "service": {key: now[key] for key in _OF_SERVICE if key in now},
        "task_definition": definition,
        "network": now.get("networkConfiguration", {}),
        "load_balancer": _load_balancer(service),
        "scaling": scaling(service),
    }


def scaling(service: EcsService) -> dict[str, Any]:
    """The autoscaling of a service: its limits and policies; empty where it has none."""
    client = service.target.cloud.client("application-autoscaling")
    of = {"ServiceNamespace": "ecs", "ResourceIds": [f"service/{service.cluster}/{service.entry.name}"]}
    targets = client.describe_scalable_targets(**of)["ScalableTargets"]
    if not targets:
        return {}
    policies = client.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=of["ResourceIds"][0])
    return {
        "min": targets[0]["MinCapacity"],
        "max": targets[0]["MaxCapacity"],
        "policies": policies["ScalingPolicies"],
    }


def _load_balancer(service: EcsService) -> dict[str, Any]:
    elb = service.target.cloud.client("elbv2")
    groups = [service.entry.target_group_arn, service.entry.alternate_target_group_arn]
    return {"target_groups": elb.describe_target_groups(TargetGroupArns=list(filter(None, groups)))["TargetGroups"]}
