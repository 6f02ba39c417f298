from __future__ import annotations

import pytest

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
CLUSTER = "aws:elasticache/cluster:Cluster"
SOUND = {
    "engine": "redis",
    "atRestEncryptionEnabled": True,
    "transitEncryptionEnabled": True,
    "automaticFailoverEnabled": True,
    "numCacheClusters": 2.0,
}


@pytest.mark.requirement("GRD-05", "AUT-SEC-05", "AUT-SEC-06", "CHR-SEC-02")
@pytest.mark.parametrize(
    ("tier", "properties", "rules"),
    [
        ("production", {}, set()),
        ("production", {"atRestEncryptionEnabled": "true"}, set()),  # as older schemas write it
        ("production", {"atRestEncryptionEnabled": False}, {"encrypted-at-rest"}),
        ("staging", {"atRestEncryptionEnabled": None}, {"encrypted-at-rest"}),
        ("staging", {"atRestEncryptionEnabled": None, "engine": "valkey"}, set()),
        ("staging", {"atRestEncryptionEnabled": False, "engine": "valkey"}, {"encrypted-at-rest"}),
        ("staging", {"transitEncryptionEnabled": None}, {"encrypted-in-transit"}),
        ("staging", {"transitEncryptionMode": "preferred"}, {"encrypted-in-transit"}),
        ("staging", {"transitEncryptionMode": "required"}, set()),
        ("staging", {"numCacheClusters": 1.0, "automaticFailoverEnabled": False}, set()),
        ("production", {"numCacheClusters": 1.0}, {"failover"}),
        ("production", {"numCacheClusters": None}, {"failover"}),
        ("production", {"automaticFailoverEnabled": None}, {"failover"}),
        ("production", {"numCacheClusters": None, "numNodeGroups": 1.0, "replicasPerNodeGroup": 1.0}, set()),
        (
            "production",
            {"numCacheClusters": None, "numNodeGroups": 3.0, "replicasPerNodeGroup": 0.0},
            {"failover"},
        ),
        ("production", {"numCacheClusters": None, "preferredCacheClusterAzs": ["us-west-2a", "us-west-2b"]}, set()),
        ("production", {"atRestEncryptionEnabled": None, "globalReplicationGroupId": "g"}, set()),
    ],
)
def test_what_is_asked_of_redis(program, tier, properties, rules):
    program.tags = {"Tier": tier}
    program.add(GROUP, "redis", SOUND | properties)
    found = program.flaws("GRD-05") - {("private-subnets", "redis")}
    assert found == {(rule, "redis") for rule in rules}


@pytest.mark.requirement("GRD-05")
def test_redis_as_a_plain_cluster_is_refused_and_memcached_is_not(program):
    program.add(CLUSTER, "redis", {"engine": "redis", "subnetGroupName": "shared"})
    program.add(CLUSTER, "memcached", {"engine": "memcached"})
    program.add(CLUSTER, "member", {"engine": "redis"}, replicationGroupId="urn:pulumi:prod::test::x::redis")
    assert program.flaws("GRD-05") == {("replication-group", "redis")}


@pytest.mark.requirement("GRD-05")
def test_what_is_not_known_of_redis_cannot_be_told(program):
    program.add(GROUP, "redis", SOUND | {"transitEncryptionEnabled": program.unknown, "subnetGroupName": "shared"})
    program.add(GROUP, "nodes", SOUND | {"replicasPerNodeGroup": program.unknown, "subnetGroupName": "shared"})
    assert program.flaws("GRD-05", preview=True) == set()
    assert "transitEncryptionEnabled is not known" in program.untold()["redis"]
    assert "replicasPerNodeGroup is not known" in program.untold()["nodes"]


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({}, False),
        ({"authToken": ""}, False),
        ({"authToken": "t"}, True),
        ({"authTokenWo": "t"}, True),
        ({"userGroupIds": ["users"]}, True),
        ({"globalReplicationGroupId": "world"}, True),
    ],
)
def test_redis_asks_who_connects(program, properties, good):
    program.add(GROUP, "redis", properties)
    assert program.flaws("ECH-3") == (set() if good else {("authentication", "redis")})


def test_a_token_that_is_not_known_yet_is_a_token(program):
    program.add(GROUP, "redis", {"authToken": program.unknown})
    assert program.flaws("ECH-3", preview=True) == set()


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        ({}, False),
        ({"snapshotRetentionLimit": 0.0}, False),
        ({"snapshotRetentionLimit": 1.0}, True),
        ({"globalReplicationGroupId": "world"}, True),
    ],
)
def test_redis_keeps_snapshots(program, properties, good):
    program.add(GROUP, "redis", properties)
    assert program.flaws("ECH-5") == (set() if good else {("snapshots", "redis")})


@pytest.mark.parametrize(
    ("token", "properties", "good"),
    [
        (GROUP, {"subnetGroupName": "default"}, False),
        (CLUSTER, {"engine": "memcached"}, False),
        (CLUSTER, {"engine": "memcached", "subnetGroupName": "mine"}, True),
        (CLUSTER, {"replicationGroupId": "redis"}, True),
        (GROUP, {"subnetGroupName": "mine"}, True),
        (GROUP, {}, True),  # GRD-05 says so
    ],
)
def test_caches_have_a_subnet_group_of_their_own(program, token, properties, good):
    program.add(token, "cache", properties)
    assert program.flaws("ECH-6") == (set() if good else {("own-subnet-group", "cache")})
