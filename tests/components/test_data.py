"""Data stores and secrets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from tests.components.recording import build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder


@pytest.mark.requirement("AUT-DAT-01", "AUT-CFG-03")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "prod",
            {
                "identifier": "auterity-db-production",
                "instanceClass": "db.t3.large",
                "allocatedStorage": 100,
                "maxAllocatedStorage": 1000,
                "backupRetentionPeriod": 30,
                "multiAz": True,
                "deletionProtection": True,
                "skipFinalSnapshot": False,
                "finalSnapshotIdentifier": "auterity-db-production-final",
            },
        ),
        (
            "staging",
            {
                "identifier": "auterity-db-staging",
                "instanceClass": "db.t3.medium",
                "allocatedStorage": 50,
                "maxAllocatedStorage": 200,
                "backupRetentionPeriod": 7,
                "multiAz": False,
                "deletionProtection": False,
                "skipFinalSnapshot": True,
            },
        ),
    ],
)
def test_the_database_is_as_the_table_says(
    name: str, expected: dict[str, object], request: pytest.FixtureRequest
) -> None:
    made = request.getfixturevalue(name).one("rds/instance:Instance").inputs
    same_everywhere = {
        "engine": "postgres",
        "engineVersion": "15.4",
        "dbName": "auterity",
        "backupWindow": "03:00-04:00",
        "maintenanceWindow": "sun:04:00-sun:05:00",
        "storageEncrypted": True,
        "publiclyAccessible": False,
    }
    assert {key: made.get(key) for key in expected | same_everywhere} == expected | same_everywhere


@pytest.mark.requirement("CRT-SEC-01", "GRD-01", "RPH-SEC-08")
def test_the_database_refuses_plain_connections(prod: Recorder) -> None:
    group = prod.one("rds/parameterGroup:ParameterGroup").inputs
    assert group["family"] == "postgres15"
    assert {"name": "rds.force_ssl", "value": "1"} in group["parameters"]
    assert prod.one("rds/instance:Instance").inputs["parameterGroupName"] == group["name"]


@pytest.mark.requirement("AUT-SEC-13", "GRD-04")
def test_nobody_but_rds_knows_the_password(prod: Recorder) -> None:
    instance = prod.one("rds/instance:Instance").inputs
    assert instance["manageMasterUserPassword"] is True
    assert not {"password", "passwordWo"} & set(instance)


@pytest.mark.requirement("AUT-DAT-04")
def test_parameters_tell_where_the_database_is(prod: Recorder) -> None:
    parameters = {parameter.inputs["name"]: parameter.inputs for parameter in prod.all("ssm/parameter:Parameter")}
    path = "/auterity/production/db"
    assert parameters[f"{path}/host"]["insecureValue"] == "db.example"
    assert parameters[f"{path}/name"]["insecureValue"] == "auterity"
    assert parameters[f"{path}/user"]["insecureValue"] == "auterity"
    assert parameters[f"{path}/password-secret-arn"]["insecureValue"].startswith("arn:aws:")


@pytest.mark.requirement("AUT-CFG-01")
def test_detailed_monitoring_is_a_setting(prod: Recorder, staging: Recorder) -> None:
    detailed = prod.one("rds/instance:Instance").inputs
    assert detailed["performanceInsightsEnabled"] is True
    assert detailed["monitoringInterval"] == 60
    plain = staging.one("rds/instance:Instance").inputs
    assert plain["performanceInsightsEnabled"] is False
    assert plain["monitoringInterval"] == 0
    assert "monitoringRoleArn" not in plain


@pytest.mark.requirement("AUT-DAT-02", "AUT-SEC-05", "AUT-SEC-06", "GRD-05")
@pytest.mark.parametrize(
    ("name", "environment", "node_type", "nodes", "failover"),
    [
        ("prod", "production", "cache.t3.medium", 2, True),
        ("staging", "staging", "cache.t3.small", 1, False),
    ],
)
def test_the_cache_is_as_the_table_says(
    name: str, environment: str, node_type: str, nodes: int, *, failover: bool, request: pytest.FixtureRequest
) -> None:
    made = request.getfixturevalue(name)
    group = made.one("elasticache/replicationGroup:ReplicationGroup").inputs
    assert group["replicationGroupId"] == f"auterity-redis-{environment}"
    assert (group["nodeType"], group["numCacheClusters"]) == (node_type, nodes)
    assert group["automaticFailoverEnabled"] is failover
    assert group["multiAzEnabled"] is failover
    assert (group["port"], group["parameterGroupName"]) == (6379, "default.redis7")
    assert group["atRestEncryptionEnabled"] is True
    assert group["transitEncryptionEnabled"] is True
    subnets = made.one("elasticache/subnetGroup:SubnetGroup").inputs
    assert subnets["name"] == f"auterity-cache-subnet-{environment}"
    assert all(subnet.startswith("network-private-") for subnet in subnets["subnetIds"])


@pytest.mark.requirement("AUT-SEC-13", "RPH-SEC-01")
def test_what_is_secret_is_encrypted_in_the_state(prod: Recorder) -> None:
    for version in prod.all("secretsmanager/secretVersion:SecretVersion"):
        assert "secretString" in version.secret, version.name
    assert "authToken" in prod.one("elasticache/replicationGroup:ReplicationGroup").secret


@pytest.mark.requirement("AUT-DAT-02", "AUT-CFG-02")
def test_the_cache_and_its_url_share_the_token_that_secrets_manager_holds(prod: Recorder) -> None:
    token = prod.one("secretsmanager/secretVersion:SecretVersion", "redis-token-v1").inputs["secretString"]
    assert re.fullmatch(r"[A-Za-z0-9]{16,128}", token)
    assert prod.one("elasticache/replicationGroup:ReplicationGroup").inputs["authToken"] == token
    url = prod.one("secretsmanager/secretVersion:SecretVersion", "redis-url").inputs["secretString"]
    assert url == f"rediss://:{token}@cache.example:6379/0"


def test_a_new_version_of_a_generated_secret_is_a_new_resource() -> None:
    made = build(stack("prod", secrets__jwt__generate={"length": 48, "version": 2}))
    version = made.one("secretsmanager/secretVersion:SecretVersion", "jwt-v2").inputs
    assert len(version["secretString"]) == 48
    assert not [v for v in made.all("secretsmanager/secretVersion:SecretVersion") if v.name == "jwt-v1"]


def test_a_secret_that_is_in_aws_already_is_only_referred_to() -> None:
    arn = "arn:aws:secretsmanager:us-west-2:123456789012:secret:shared-AbCdEf"
    made = build(stack("prod", secrets__jwt={"arn": arn}))
    assert not [secret for secret in made.all("secretsmanager/secret:Secret") if secret.name == "jwt"]
    definitions = json.loads(made.one("ecs/taskDefinition:TaskDefinition", "backend").inputs["containerDefinitions"])
    assert {"name": "JWT_SECRET_KEY", "valueFrom": arn} in definitions[0]["secrets"]


@pytest.mark.requirement("AUT-DAT-03", "AUT-OPS-01", "AUT-MAN-03", "AUT-MAN-08")
@pytest.mark.parametrize("key", ["backups", "config", "uploads"])
def test_buckets_are_private_encrypted_and_versioned(prod: Recorder, key: str) -> None:
    assert prod.one("s3/bucket:Bucket", key).inputs["bucket"] == f"auterity-{key}-production"
    block = prod.one("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", key).inputs
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(block[flag] is True for flag in flags)
    policy = json.loads(prod.one("s3/bucketPolicy:BucketPolicy", key).inputs["policy"])
    (only,) = policy["Statement"]
    assert (only["Effect"], only["Principal"], only["Action"]) == ("Deny", "*", ["s3:*"])
    assert only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert only["Resource"] == [f"arn:aws:s3:::auterity-{key}-production", f"arn:aws:s3:::auterity-{key}-production/*"]
    versioning = prod.one("s3/bucketVersioning:BucketVersioning", key).inputs["versioningConfiguration"]
    assert versioning == {"status": "Enabled"}


@pytest.mark.requirement("AUT-OPS-01", "AUT-DAT-03")
def test_backups_of_all_three_kinds_expire(prod: Recorder) -> None:
    rules = prod.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "backups").inputs["rules"]
    expiring = {rule["filter"]["prefix"]: rule["expiration"]["days"] for rule in rules if "expiration" in rule}
    assert expiring == {"database/": 30, "metadata/": 30, "application-data/": 30}
