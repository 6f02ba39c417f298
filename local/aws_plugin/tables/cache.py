"""ElastiCache: subnet groups and replication groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.aws_plugin.spec import Call, Limit, Resource, TagCalls, Wait

TAGS = TagCalls(add="AddTagsToResource", remove="RemoveTagsFromResource", params={"ResourceName": "$arn"})
_NAMED = r"[a-z](?!.*--)[a-z0-9-]*(?<!-)"
_RULE = "lower-case letters, digits and single hyphens, a letter first, no hyphen last"

SUBNET_GROUP = Resource(
    token="aws:elasticache/subnetGroup:SubnetGroup",
    service="elasticache",
    create=Call(op="CreateCacheSubnetGroup", at="CacheSubnetGroup"),
    id="{name}",
    read=(
        Call(op="DescribeCacheSubnetGroups", params={"CacheSubnetGroupName": "$id"}, at="CacheSubnetGroups[0]"),
        Call(op="ListTagsForResource", params={"ResourceName": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(Call(op="ModifyCacheSubnetGroup", params={"CacheSubnetGroupName": "$id"}),),
    delete=(Call(op="DeleteCacheSubnetGroup", params={"CacheSubnetGroupName": "$id"}),),
    name="name",
    rename={"name": "CacheSubnetGroupName", "description": "CacheSubnetGroupDescription"},
    defaults={"description": "Managed by Pulumi"},
    outputs={"subnetIds": "Subnets[].SubnetIdentifier"},
    limits={
        "name": Limit(
            pattern=r"[a-z0-9-]+", max=255, why="a name has lower-case letters, digits and hyphens, at most 255"
        )
    },
    tags=TAGS,
    retry={"CacheSubnetGroupInUse": 300, "CacheSubnetGroupInUseFault": 300},
)


def _rules(inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What belongs together in a replication group."""
    problems = []
    if "authToken" in inputs and inputs.get("transitEncryptionEnabled") is not True:
        problems.append(("authToken", "needs transitEncryptionEnabled"))
    if inputs.get("multiAzEnabled") is True and inputs.get("automaticFailoverEnabled") is not True:
        problems.append(("multiAzEnabled", "needs automaticFailoverEnabled"))
    nodes = inputs.get("numCacheClusters")
    if inputs.get("automaticFailoverEnabled") is True and isinstance(nodes, int) and nodes < 2:  # noqa: PLR2004
        problems.append(("numCacheClusters", "must be at least 2 with automaticFailoverEnabled"))
    return problems


def _same_version(wanted: Any, found: Any) -> bool:
    """An engine version may leave out its last parts, or say `.x`."""
    start = str(wanted).removesuffix(".x")
    return str(found) == start or str(found).startswith(f"{start}.")


def _replicas(lifecycle: Any, olds: Mapping[str, Any], news: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Nodes are added and taken away by calls of their own; the primary is not a replica."""
    before, after = olds.get("numCacheClusters"), news.get("numCacheClusters")
    if before and after and before != after:
        op = "IncreaseReplicaCount" if after > before else "DecreaseReplicaCount"
        params = {"ReplicationGroupId": state["id"], "NewReplicaCount": after - 1, "ApplyImmediately": True}
        lifecycle.request(op, params, state)


_GROUP = {"ReplicationGroupId": "$id"}

REPLICATION_GROUP = Resource(
    token="aws:elasticache/replicationGroup:ReplicationGroup",
    service="elasticache",
    create=Call(op="CreateReplicationGroup", at="ReplicationGroup"),
    id="{replicationGroupId}",
    read=(
        Call(op="DescribeReplicationGroups", params=_GROUP, at="ReplicationGroups[0]"),
        Call(
            op="DescribeCacheClusters", into="node", optional=True,
            at="CacheClusters[?ReplicationGroupId=='{id}']|[0]",
        ),
        Call(op="ListTagsForResource", params={"ResourceName": "$arn"}, needs=("arn",), optional=True),
    ),
    update=(
        Call(
            op="ModifyReplicationGroup",
            params={**_GROUP, "ApplyImmediately": True},
        ),
    ),
    delete=(Call(op="DeleteReplicationGroup", params={**_GROUP, "FinalSnapshotIdentifier": "$finalSnapshotIdentifier"}),),
    name="replicationGroupId",
    rename={
        "description": "ReplicationGroupDescription", "nodeType": "CacheNodeType", "multiAzEnabled": "MultiAZEnabled",
        "parameterGroupName": "CacheParameterGroupName", "subnetGroupName": "CacheSubnetGroupName",
        "maintenanceWindow": "PreferredMaintenanceWindow",
    },
    local=("finalSnapshotIdentifier", "applyImmediately"),
    write_only=("authToken", "authTokenUpdateStrategy"),
    defaults={"applyImmediately": False, "engine": "redis", "autoMinorVersionUpgrade": True},
    same={"engineVersion": _same_version},
    outputs={
        "description": "Description",
        "automaticFailoverEnabled": lambda _, f: f.get("AutomaticFailover") in {"enabled", "enabling"},
        "multiAzEnabled": lambda _, f: f.get("MultiAZ") == "enabled",
        "primaryEndpointAddress": "NodeGroups[0].PrimaryEndpoint.Address",
        "readerEndpointAddress": "NodeGroups[0].ReaderEndpoint.Address",
        "configurationEndpointAddress": "ConfigurationEndpoint.Address",
        "port": "NodeGroups[0].PrimaryEndpoint.Port || ConfigurationEndpoint.Port",
        "numCacheClusters": "length(MemberClusters)",
        "engine": "node.Engine", "engineVersion": "node.EngineVersion", "engineVersionActual": "node.EngineVersion",
        "subnetGroupName": "node.CacheSubnetGroupName",
        "securityGroupIds": "node.SecurityGroups[].SecurityGroupId",
        "parameterGroupName": "node.CacheParameterGroup.CacheParameterGroupName",
        "maintenanceWindow": "node.PreferredMaintenanceWindow",
    },
    limits={
        "replicationGroupId": Limit(pattern=_NAMED, max=40, why=f"an id has at most 40 characters: {_RULE}"),
        "authToken": Limit(pattern=r"[A-Za-z0-9!&#$^<>-]*", min=16, max=128, why="a token has 16 to 128 letters, digits and !&#$^<>-"),
        "nodeType": Limit(pattern=r"cache\.[a-z0-9]+\.[a-z0-9.]+", why="a node type is cache.FAMILY.SIZE, such as cache.t3.medium"),
        "snapshotRetentionLimit": Limit(min=0, max=35, why="snapshots are kept 0 to 35 days"),
    },
    checks=(_rules,),
    hooked=("numCacheClusters",),
    after_update=_replicas,
    tags=TAGS,
    wait_created=(Wait(name="replication_group_available", params=_GROUP, timeout=3600),),
    wait_updated=(Wait(name="replication_group_available", params=_GROUP, timeout=2400),),
    wait_deleted=(Wait(name="replication_group_deleted", params=_GROUP, timeout=2700),),
    retry={"InvalidReplicationGroupState": 300},
)  # fmt: skip

RESOURCES = (SUBNET_GROUP, REPLICATION_GROUP)
