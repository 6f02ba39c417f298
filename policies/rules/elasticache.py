"""Caches: Amazon ElastiCache for Redis and Valkey (GRD-05)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, expect, in_production, rule
from policies.subnets import expect_private, expect_private_group
from policies.values import UNKNOWN, at_least, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

GROUP: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER: Final = "aws:elasticache/cluster:Cluster"
SERVERLESS: Final = "aws:elasticache/serverlessCache:ServerlessCache"
_SUBNET_GROUPS: Final = ("aws:elasticache/subnetGroup:SubnetGroup",)
_NODES: Final = 2


def _is_secondary(group: Resource) -> bool:
    """A member of a global datastore takes encryption from its primary group."""
    return group.is_set("globalReplicationGroupId")


def _is_redis(cluster: Resource) -> bool:
    return cluster.get("engine") in ("redis", "valkey") and not cluster.is_set("replicationGroupId")


def _is_memcached(cache: Resource) -> bool:
    return (
        cache.type == CLUSTER and cache.get("engine") in (None, "memcached") and not cache.is_set("replicationGroupId")
    )


@rule(
    "ECH-1",
    "Redis is encrypted at rest",
    types=(GROUP,),
    severity=Severity.HIGH,
    reason="snapshots and swapped memory hold sessions and cached rows, and it cannot be encrypted later.",
    remedy="Set atRestEncryptionEnabled to true.",
)
def encrypted_at_rest(group: Resource) -> Iterator[Verdict]:
    """Off unless set, for Redis; Valkey is encrypted unless told otherwise."""
    if not _is_secondary(group):
        valkey = group.get("engine") == "valkey"
        yield expect(group, "atRestEncryptionEnabled", lambda value: is_true(value) or (valkey and value is None))


@rule(
    "ECH-2",
    "Redis takes TLS connections only",
    types=(GROUP,),
    severity=Severity.HIGH,
    reason="the token and everything cached travel in plain text otherwise.",
    remedy="Set transitEncryptionEnabled to true and transitEncryptionMode, if at all, to required.",
)
def encrypted_in_transit(group: Resource) -> Iterator[Verdict]:
    """The mode "preferred" takes plain connections as well."""
    if not _is_secondary(group):
        yield expect(group, "transitEncryptionEnabled", is_true)
        yield expect(group, "transitEncryptionMode", lambda mode: mode in (None, "required"))


@rule(
    "ECH-7",
    "Redis runs as a replication group",
    types=(CLUSTER,),
    severity=Severity.HIGH,
    reason="a cache cluster of its own can neither be encrypted nor fail over.",
    remedy="Use aws.elasticache.ReplicationGroup, with numCacheClusters=1 where one node is enough.",
)
def replication_group(cluster: Resource) -> Iterator[Verdict]:
    """Memcached is another matter, and so is a cluster that joins a group."""
    if _is_redis(cluster):
        yield Finding(path="engine", found=f"{show(cluster.get('engine'))} in aws.elasticache.Cluster")


@rule(
    "ECH-4",
    "Production Redis fails over",
    types=(GROUP,),
    severity=Severity.MEDIUM,
    reason="with one node, its loss or a maintenance empties the cache and takes the system down.",
    remedy="Set automaticFailoverEnabled to true and numCacheClusters to 2 (or replicasPerNodeGroup to 1) or more.",
)
def failover(group: Resource) -> Iterator[Verdict]:
    """Nodes are counted directly, or as replicas of each shard."""
    yield from in_production(group, expect(group, "automaticFailoverEnabled", is_true), _two_nodes(group))


def _two_nodes(group: Resource) -> Verdict:
    replicas: Any = group.get("replicasPerNodeGroup")
    if replicas is UNKNOWN:
        return CannotTell(path="replicasPerNodeGroup")
    if isinstance(replicas, int | float):
        return expect(group, "replicasPerNodeGroup", at_least(1))
    if group.get("numCacheClusters") is None and len(group.items("preferredCacheClusterAzs")) >= _NODES:
        return None
    return expect(group, "numCacheClusters", at_least(_NODES))


@rule(
    "GRD-05",
    "Redis lies in private subnets",
    types=(GROUP, CLUSTER),
    severity=Severity.HIGH,
    reason="a subnet that routes to an internet gateway puts a cache within reach of the internet.",
    remedy="Set subnetGroupName to a group of subnets without a route to an internet gateway.",
    view=View.STACK,
)
def private_subnets(cache: Resource, stack: Stack) -> Iterator[Verdict]:
    """Follow subnet group, subnets, route tables and routes."""
    joins = _is_secondary(cache) and not cache.is_set("subnetGroupName")
    if not joins and (cache.type == GROUP or _is_redis(cache)):
        yield from expect_private_group(cache, stack, "subnetGroupName", _SUBNET_GROUPS)


@rule(
    "GRD-05",
    "Serverless Redis lies in private subnets",
    types=(SERVERLESS,),
    severity=Severity.HIGH,
    reason="a subnet that routes to an internet gateway puts a cache within reach of the internet.",
    remedy="Set subnetIds to subnets without a route to an internet gateway.",
    view=View.STACK,
)
def serverless_private_subnets(cache: Resource, stack: Stack) -> Iterator[Verdict]:
    """A serverless cache is always encrypted; it names its subnets itself."""
    if cache.is_set("subnetIds"):
        yield from expect_private(cache, stack, "subnetIds")
    else:
        yield Finding(path="subnetIds", found="not set: AWS takes the default VPC's public subnets")


@rule(
    "ECH-3",
    "Redis asks who connects",
    types=(GROUP,),
    severity=Severity.MEDIUM,
    reason="otherwise whatever reaches the port may read and empty the cache.",
    remedy="Set authToken from a secret, or userGroupIds.",
)
def authentication(group: Resource) -> Iterator[Verdict]:
    """A token or users; the token may be write-only."""
    if not _is_secondary(group) and not any(map(group.is_set, ("authToken", "authTokenWo", "userGroupIds"))):
        yield Finding(path="authToken", found="not set, and neither is userGroupIds")


@rule(
    "ECH-5",
    "Redis keeps snapshots",
    types=(GROUP,),
    severity=Severity.MEDIUM,
    reason="what is only in a cache (sessions, queues, counters) is gone with its nodes otherwise.",
    remedy="Set snapshotRetentionLimit to the days to keep them, for example 7.",
)
def snapshots(group: Resource) -> Iterator[Verdict]:
    """Days; none unless set. A secondary group's primary keeps them."""
    if not _is_secondary(group):
        yield expect(group, "snapshotRetentionLimit", at_least(1))


@rule(
    "ECH-6",
    "Caches have a subnet group of their own",
    types=(GROUP, CLUSTER),
    severity=Severity.MEDIUM,
    reason='the group "default" holds the default VPC\'s subnets, which are public.',
    remedy="Set subnetGroupName to a group of private subnets.",
)
def own_subnet_group(cache: Resource) -> Iterator[Verdict]:
    """That none is set GRD-05 says of Redis; here of memcached, and of the name."""
    if _is_memcached(cache) and not cache.is_set("subnetGroupName"):
        yield Finding(path="subnetGroupName", found=show(None))
    elif cache.get("subnetGroupName") == "default":
        yield Finding(path="subnetGroupName", found="default")
