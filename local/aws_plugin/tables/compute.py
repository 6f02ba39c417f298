"""ECS clusters, task definitions and services."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait
from local.aws_plugin.steady import await_steady, same_definition

TAGS = TagCalls(
    add="TagResource",
    remove="UntagResource",
    params={"resourceArn": "$arn"},
    member="tags",
    keys="tagKeys",
    form="lower",
)
_NAME = Limit(pattern=r"[A-Za-z0-9_-]+", max=255, why="a name has letters, digits, _ and -, at most 255")

_CLUSTER_FIELDS = ["SETTINGS", "CONFIGURATIONS", "TAGS"]

CLUSTER = Resource(
    token="aws:ecs/cluster:Cluster",
    service="ecs",
    create=Call(op="CreateCluster", at="cluster"),
    id="{arn}",
    read=(Call(op="DescribeClusters", params={"clusters": ["$id"], "include": _CLUSTER_FIELDS}, at="clusters[0]"),),
    update=(Call(op="UpdateCluster", params={"cluster": "$id"}),),
    delete=(Call(op="DeleteCluster", params={"cluster": "$id"}),),
    name="name",
    rename={
        "name": "clusterName",
        "arn": "clusterArn",
        "configuration.executeCommandConfiguration.logConfiguration.s3BucketEncryptionEnabled": "s3EncryptionEnabled",
    },
    outputs={"name": "clusterName"},
    gone="status == 'INACTIVE'",
    limits={"name": _NAME},
    tags=TAGS,
    retry={
        "ClusterContainsServicesException": 120,
        "ClusterContainsTasksException": 120,
        "UpdateInProgressException": 60,
    },
)

_PUT_PROVIDERS = Call(op="PutClusterCapacityProviders", params={"cluster": "$clusterName"}, whole=True)

CLUSTER_CAPACITY_PROVIDERS = Resource(
    token="aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    service="ecs",
    create=_PUT_PROVIDERS,
    update=(_PUT_PROVIDERS,),
    id="{clusterName}",
    read=(Call(op="DescribeClusters", params={"clusters": ["$clusterName"]}, at="clusters[0]"),),
    delete=(
        Call(
            op="PutClusterCapacityProviders",
            params={"cluster": "$clusterName", "capacityProviders": [], "defaultCapacityProviderStrategy": []},
        ),
    ),
    defaults={"capacityProviders": [], "defaultCapacityProviderStrategies": []},
    gone="status == 'INACTIVE'",
    retry={"UpdateInProgressException": 60, "ResourceInUseException": 60},
)

_CONTAINER_DEFAULTS: dict[str, Any] = {
    "cpu": 0, "essential": True, "environment": [], "mountPoints": [], "portMappings": [], "volumesFrom": [],
    "systemControls": [], "environmentFiles": [], "secrets": [], "dependsOn": [], "command": [], "entryPoint": [],
}  # fmt: skip


def _container(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A container definition with what ECS fills in, in an order of its own."""
    full = {**_CONTAINER_DEFAULTS, **definition}
    full["portMappings"] = [
        {"protocol": "tcp", "hostPort": port.get("containerPort"), **port} for port in full["portMappings"]
    ]
    for name in ("environment", "secrets"):
        full[name] = sorted(full[name], key=lambda item: str(item["name"]))
    return {name: value for name, value in full.items() if value is not None}


def same_containers(old: Any, new: Any) -> bool:
    """Whether two texts of container definitions are one to ECS."""
    try:
        left, right = ([_container(item) for item in json.loads(text)] for text in (old, new))
    except (ValueError, TypeError, AttributeError):
        return bool(old == new)
    return sorted(left, key=_of_name) == sorted(right, key=_of_name)


def _of_name(definition: Mapping[str, Any]) -> str:
    return str(definition.get("name"))


def _fargate(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Sizes that Fargate offers.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html.
    """
    if "FARGATE" not in (inputs.get("requiresCompatibilities") or ()):
        return []
    missing = [(name, "is required for FARGATE") for name in ("cpu", "memory") if name not in inputs]
    if inputs.get("networkMode", "") != "awsvpc":
        missing.append(("networkMode", "must be awsvpc for FARGATE"))
    cpu, memory = str(inputs.get("cpu", "")), str(inputs.get("memory", ""))
    if missing or not (cpu.isdigit() and memory.isdigit()):
        return missing
    offered = {
        "256": [512, 1024, 2048],
        "512": range(1024, 4097, 1024),
        "1024": range(2048, 8193, 1024),
        "2048": range(4096, 16385, 1024),
        "4096": range(8192, 30721, 1024),
        "8192": range(16384, 61441, 4096),
        "16384": range(32768, 122881, 8192),
    }
    if cpu not in offered:
        return [("cpu", f"{cpu} is not offered by Fargate; offered: {', '.join(offered)}")]
    if int(memory) not in offered[cpu]:
        sizes = list(offered[cpu])
        return [
            (
                "memory",
                f"{memory} MiB is not offered with {cpu} CPU units; from {sizes[0]} to {sizes[-1]}, steps of {sizes[1] - sizes[0]}",
            )
        ]
    return []


TASK_DEFINITION = Resource(
    token="aws:ecs/taskDefinition:TaskDefinition",
    service="ecs",
    create=Call(op="RegisterTaskDefinition", at="taskDefinition"),
    id="{family}",
    import_id=r"(?P<arn>arn:.*:task-definition/(?P<family>[^:]+):\d+)",
    read=(
        Call(
            op="DescribeTaskDefinition",
            params={"taskDefinition": "$arn", "include": ["TAGS"]},
            at="merge(taskDefinition, {tags: tags})",
        ),
    ),
    delete=(Call(op="DeregisterTaskDefinition", params={"taskDefinition": "$arn"}),),
    rename={"arn": "taskDefinitionArn", "volumes.configureAtLaunch": "configuredAtLaunch"},
    local=("skipDestroy", "trackLatest"),
    defaults={"skipDestroy": False, "trackLatest": False},
    encode={"containerDefinitions": json.loads},
    same={"containerDefinitions": same_containers},
    outputs={"arnWithoutRevision": lambda _, found: found["taskDefinitionArn"].rpartition(":")[0]},
    gone="status == 'INACTIVE'",
    gone_codes=("ClientException",),
    limits={"family": _NAME},
    checks=(_fargate,),
    tags=TAGS,
)


def _await_created(lifecycle: Any, inputs: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    if inputs.get("waitForSteadyState"):
        await_steady(lifecycle, {"cluster": "default", **state})


def _await_updated(lifecycle: Any, _olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    _await_created(lifecycle, news, state)


def _scale_to_zero(lifecycle: Any, state: Mapping[str, Any]) -> None:
    """AWS deletes a service only when nothing of it runs."""
    if state.get("schedulingStrategy") != "DAEMON":
        target = {"cluster": state.get("cluster", "default"), "service": state["name"]}
        lifecycle.request("UpdateService", {**target, "desiredCount": 0}, state)


def _service_rules(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What belongs together in a service."""
    problems = []
    if "launchType" in inputs and "capacityProviderStrategies" in inputs:
        problems.append(("launchType", "cannot be set together with capacityProviderStrategies"))
    if inputs.get("launchType") == "FARGATE" and "networkConfiguration" not in inputs:
        problems.append(("networkConfiguration", "is required for FARGATE"))
    if "healthCheckGracePeriodSeconds" in inputs and not inputs.get("loadBalancers"):
        problems.append(("healthCheckGracePeriodSeconds", "is allowed only with loadBalancers"))
    return problems


_DEPLOYMENT = "deploymentConfiguration"
_SERVICE = {"cluster": "$cluster", "services": ["$name"]}

SERVICE = Resource(
    token="aws:ecs/service:Service",
    service="ecs",
    create=Call(op="CreateService", at="service"),
    id="{arn}",
    import_id=r"(?P<cluster>[^/:]+)/(?P<name>[^/:]+)",
    read=(Call(op="DescribeServices", params={**_SERVICE, "include": ["TAGS"]}, at="services[0]"),),
    update=(Call(op="UpdateService", params={"cluster": "$cluster", "service": "$name"}),),
    delete=(Call(op="DeleteService", params={"cluster": "$cluster", "service": "$name", "force": "$forceDelete"}),),
    name="name",
    rename={
        "name": "serviceName",
        "arn": "serviceArn",
        "iamRole": "role",
        "orderedPlacementStrategies": "placementStrategy",
        "networkConfiguration": "",
        "networkConfiguration.subnets": "networkConfiguration.awsvpcConfiguration.subnets",
        "networkConfiguration.securityGroups": "networkConfiguration.awsvpcConfiguration.securityGroups",
        "networkConfiguration.assignPublicIp": "networkConfiguration.awsvpcConfiguration.assignPublicIp",
        "deploymentCircuitBreaker": f"{_DEPLOYMENT}.deploymentCircuitBreaker",
        "alarms": f"{_DEPLOYMENT}.alarms",
        "deploymentMaximumPercent": f"{_DEPLOYMENT}.maximumPercent",
        "deploymentMinimumHealthyPercent": f"{_DEPLOYMENT}.minimumHealthyPercent",
        "deploymentConfiguration": "",
        "loadBalancers.elbName": "loadBalancerName",
        "serviceConnectConfiguration.services.tls.issuerCertAuthority": "issuerCertificateAuthority",
        "volumeConfiguration.managedEbsVolume.sizeInGb": "sizeInGiB",
    }
    | {
        f"{_DEPLOYMENT}.{name}": f"{_DEPLOYMENT}.{name}"
        for name in ("strategy", "bakeTimeInMinutes", "lifecycleHooks", "canaryConfiguration", "linearConfiguration")
    },
    local=("waitForSteadyState", "forceDelete", "triggers", "sigintRollback"),
    write_only=("forceNewDeployment",),
    defaults={"waitForSteadyState": False, "schedulingStrategy": "REPLICA", "enableEcsManagedTags": False,
              "deploymentMaximumPercent": 200, "deploymentMinimumHealthyPercent": 100, "enableExecuteCommand": False},
    same={"taskDefinition": same_definition},
    outputs={"cluster": "clusterArn", "iamRole": lambda *_: None},
    gone="status == 'INACTIVE'",
    limits={"name": _NAME},
    checks=(_service_rules,),
    tags=TAGS,
    after_create=_await_created,
    after_update=_await_updated,
    before_delete=_scale_to_zero,
    wait_deleted=(Wait(name="services_inactive", params=_SERVICE, timeout=1200),),
    retry={"InvalidParameterException": 5, "ServiceNotActiveException": 5},
)  # fmt: skip


RESOURCES = (CLUSTER, CLUSTER_CAPACITY_PROVIDERS, TASK_DEFINITION, SERVICE)
