"""Court Case: the names of the source, and what its guardrails ask (section 3 of the requirements)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.components.recording import build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder


@pytest.fixture(scope="module")
def court() -> Recorder:
    """Court Case's production, as its stack file says."""
    return build(stack("court-case-prod"), "court-case-prod")


def container(made: Recorder, name: str) -> Any:
    return json.loads(made.one("ecs/taskDefinition:TaskDefinition", name).inputs["containerDefinitions"])[0]


@pytest.mark.requirement("CRT-CMP-01", "CRT-CFG-01")
def test_cluster_service_and_log_group_are_called_as_in_the_source(court: Recorder) -> None:
    assert court.one("ecs/cluster:Cluster").inputs["name"] == "CourtCaseCluster"
    assert court.one("ecs/service:Service").inputs["name"] == "BackendService"
    assert court.one("ecs/taskDefinition:TaskDefinition", "backend").inputs["family"] == "BackendService"
    assert court.one("cloudwatch/logGroup:LogGroup", "cluster-logs").inputs["name"] == "/ecs/BackendService"
    said = {each["name"]: each["value"] for each in container(court, "backend")["environment"]}
    assert said["CLUSTER_NAME"] == "CourtCaseCluster"
    assert said["SERVICE_NAME"] == "BackendService"
    assert said["SNAPSHOT_RETENTION_DAYS"] == "30"


@pytest.mark.requirement("CRT-CMP-01")
def test_the_load_balancer_speaks_https_and_the_service_scales(court: Recorder) -> None:
    assert court.one("lb/listener:Listener", "load-balancer-443").inputs["protocol"] == "HTTPS"
    target = court.one("appautoscaling/target:Target").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 10)


@pytest.mark.requirement("CRT-CFG-01", "CRT-SEC-05", "CRT-SEC-06")
def test_the_service_has_a_role_and_no_keys(court: Recorder) -> None:
    names = {each["name"] for each in [*container(court, "backend")["environment"]]}
    assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} & names
    assert court.one("ecs/taskDefinition:TaskDefinition", "backend").inputs["taskRoleArn"]
    assert court.all("iam/accessKey:AccessKey") == []


@pytest.mark.requirement("CRT-SEC-05", "CHR-SEC-14")
def test_no_role_may_do_everything_everywhere(court: Recorder) -> None:
    policies = court.all("iam/rolePolicy:RolePolicy")
    assert policies
    for policy in policies:
        for statement in json.loads(policy.inputs["policy"])["Statement"]:
            everything = any(action in {"*", "*:*"} for action in statement["Action"])
            assert not (everything and "*" in statement["Resource"]), policy.name


@pytest.mark.requirement("CRT-DAT-01", "CRT-SEC-01", "CRT-SEC-03", "CRT-SEC-06")
def test_the_database_is_private_encrypted_and_demands_tls(court: Recorder) -> None:
    database = court.one("rds/instance:Instance").inputs
    assert database["publiclyAccessible"] is False
    assert database["storageEncrypted"] is True
    group = court.one("rds/parameterGroup:ParameterGroup").inputs
    assert {"name": "rds.force_ssl", "value": "1", "applyMethod": "immediate"} in [
        {"applyMethod": "immediate", **each} for each in group["parameters"]
    ]


@pytest.mark.requirement("CRT-SEC-03")
def test_only_the_service_reaches_the_database(court: Recorder) -> None:
    """Migrations run with the service's own group (CRT-DEP-06)."""
    into = [
        rule
        for rule in court.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if rule.inputs["toPort"] == 5432
    ]
    assert [rule.name for rule in into] == ["backend-to-postgres-in"]
    assert into[0].inputs["referencedSecurityGroupId"] == "backend-id"


@pytest.mark.requirement("CRT-DEP-06", "CRT-IMG-01")
@pytest.mark.parametrize("command", [["alembic", "upgrade", "head"], ["alembic", "stamp", "head"]])
def test_migrations_are_tasks_of_the_backends_own_image(court: Recorder, command: list[str]) -> None:
    task = container(court, {"upgrade": "backend-migrate", "stamp": "backend-stamp"}[command[1]])
    assert task["command"] == command
    assert task["image"] == container(court, "backend")["image"]
    assert task["secrets"] == container(court, "backend")["secrets"]


@pytest.mark.requirement("CRT-SEC-02", "CRT-DEP-07")
def test_whoever_reaches_the_database_is_told_to_use_tls(court: Recorder) -> None:
    for name in ("backend", "backend-migrate", "backend-stamp"):
        said = {each["name"]: each["value"] for each in container(court, name)["environment"]}
        assert said["DATABASE_SSLMODE"] == "require"


@pytest.mark.requirement("CRT-IMG-01", "CRT-SEC-04", "GRD-11")
def test_images_are_for_linux_on_amd64_and_so_are_the_tasks(court: Recorder) -> None:
    assert all(
        image.inputs["platforms"] == ["linux/amd64"]
        for image in court.resources
        if image.type == "docker-build:index:Image"
    )
    for task in court.all("ecs/taskDefinition:TaskDefinition"):
        assert task.inputs["runtimePlatform"]["cpuArchitecture"] == "X86_64"


@pytest.mark.requirement("CRT-DAT-02", "CRT-SEC-06")
def test_redis_is_encrypted_at_rest_and_on_the_way(court: Recorder) -> None:
    redis = court.one("elasticache/replicationGroup:ReplicationGroup").inputs
    assert redis["atRestEncryptionEnabled"] is True
    assert redis["transitEncryptionEnabled"] is True


@pytest.mark.requirement("CRT-DAT-03", "CRT-SEC-07")
def test_snapshots_are_versioned_private_and_go_after_thirty_days(court: Recorder) -> None:
    assert court.one("s3/bucket:Bucket", "snapshots").inputs["bucket"] == "court-case-disaster-recovery-backups"
    versioning = court.one("s3/bucketVersioning:BucketVersioning", "snapshots").inputs
    assert versioning["versioningConfiguration"]["status"] == "Enabled"
    block = court.one("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "snapshots").inputs
    assert all(
        block[name] for name in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    )
    rules = {
        each["id"]: each
        for each in court.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "snapshots").inputs[
            "rules"
        ]
    }
    assert rules["expire-snapshots"]["expiration"]["days"] == 30
    assert rules["tidy"]["noncurrentVersionExpiration"]["noncurrentDays"] == 30


def test_staging_is_production_but_smaller() -> None:
    production, staging = stack("court-case-prod"), stack("court-case-staging")
    assert staging.services["backend"].health_check == production.services["backend"].health_check
    assert staging.services["backend"].tasks == production.services["backend"].tasks
    assert staging.postgres is not None
    assert production.postgres is not None
    assert staging.postgres.engine_version == production.postgres.engine_version
    assert staging.tier == "staging"
    assert staging.load_balancer is not None
    assert staging.load_balancer.waf is None
