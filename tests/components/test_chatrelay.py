"""ChatRelay: three containers, on Beanstalk and as one Fargate task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.components.recording import build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

PORTS = {"main-app": 8081, "agent-service": 8090, "mcp-gateway": 8080}


@pytest.fixture(scope="module")
def fargate() -> Recorder:
    return build(stack("chatrelay-fargate"), "chatrelay-fargate")


def containers(made: Recorder) -> dict[str, dict[str, Any]]:
    found = json.loads(made.one("ecs/taskDefinition:TaskDefinition", "main-app").inputs["containerDefinitions"])
    return {each["name"]: each for each in found}


def variables(container: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container["environment"]}


@pytest.mark.requirement("CHR-CMP-02")
def test_the_three_containers_are_one_task_and_meet_on_localhost(fargate: Recorder) -> None:
    task = fargate.one("ecs/taskDefinition:TaskDefinition").inputs
    assert task["networkMode"] == "awsvpc"
    found = containers(fargate)
    assert {name: each["portMappings"][0]["containerPort"] for name, each in found.items()} == PORTS
    assert variables(found["main-app"])["AGENT_SERVICE_URL"] == "http://localhost:8090"
    assert variables(found["main-app"])["TOOL_BRIDGE_URL"] == "http://localhost:8080"


@pytest.mark.requirement("CHR-CMP-03")
def test_no_container_is_given_the_hosts_docker(fargate: Recorder) -> None:
    volumes = fargate.one("ecs/taskDefinition:TaskDefinition").inputs["volumes"]
    assert [set(volume) for volume in volumes] == [{"name", "efsVolumeConfiguration"}]
    assert not any(each.get("privileged") for each in containers(fargate).values())


@pytest.mark.requirement("CHR-CMP-05")
def test_each_container_is_asked_whether_it_is_well_and_those_beside_it_come_first(fargate: Recorder) -> None:
    found = containers(fargate)
    assert {name: each["healthCheck"]["command"] for name, each in found.items()} == {
        "main-app": ["CMD", "node", "check.js"],
        "agent-service": ["CMD", "python", "-m", "agent.check"],
        "mcp-gateway": ["CMD", "node", "check.js"],
    }
    assert found["main-app"]["dependsOn"] == [
        {"containerName": "agent-service", "condition": "HEALTHY"},
        {"containerName": "mcp-gateway", "condition": "HEALTHY"},
    ]
    assert list(found)[-1] == "main-app"
    assert fargate.one("lb/targetGroup:TargetGroup", "main-app").inputs["healthCheck"]["path"] == "/health"


def test_a_sidecar_without_a_check_is_waited_for_until_it_starts() -> None:
    made = build(stack("chatrelay-fargate", **{"services__main-app__sidecars__mcp-gateway__check": None}))
    conditions = {each["containerName"]: each["condition"] for each in containers(made)["main-app"]["dependsOn"]}
    assert conditions == {"agent-service": "HEALTHY", "mcp-gateway": "START"}


@pytest.mark.requirement("CHR-CFG-01", "CHR-SEC-01")
def test_each_container_is_told_what_it_needs_and_secrets_by_arn(fargate: Recorder) -> None:
    found = containers(fargate)
    main = variables(found["main-app"])
    assert {name: main[name] for name in ("NODE_ENV", "PORT", "HISTORY_MAX_MESSAGES", "LOG_LEVEL", "DEBUG")} == {
        "NODE_ENV": "production",
        "PORT": "8081",
        "HISTORY_MAX_MESSAGES": "50",
        "LOG_LEVEL": "info",
        "DEBUG": "false",
    }
    assert variables(found["agent-service"])["OPENAI_MODEL"] == "gpt-4o"
    secrets = {name: [secret["name"] for secret in each["secrets"]] for name, each in found.items()}
    assert secrets == {
        "main-app": ["REDIS_URL", "SESSION_SECRET"],
        "agent-service": ["OPENAI_API_KEY"],
        "mcp-gateway": [],
    }
    readable = json.loads(fargate.one("iam/rolePolicy:RolePolicy", "main-app-read-secrets").inputs["policy"])
    assert len(readable["Statement"][0]["Resource"]) == 3
    session = fargate.one("secretsmanager/secretVersion:SecretVersion", "session-v1").inputs["secretString"]
    assert len(session) == 64


@pytest.mark.requirement("CHR-IMG-01", "CHR-IMG-03", "CHR-SEC-09")
@pytest.mark.parametrize(("name", "suffix"), [("chatrelay-prod", ""), ("chatrelay-fargate", "-fargate")])
def test_each_image_has_a_repository_that_scans_and_tidies(name: str, suffix: str) -> None:
    made = build(stack(name), name)
    repositories = made.all("ecr/repository:Repository")
    assert {each.inputs["name"] for each in repositories} == {f"chatrelay/{container}{suffix}" for container in PORTS}
    assert all(each.inputs["imageScanningConfiguration"] == {"scanOnPush": True} for each in repositories)
    tidied = {each.inputs["repository"] for each in made.all("ecr/lifecyclePolicy:LifecyclePolicy")}
    assert tidied == {each.inputs["name"] for each in repositories}
    assert {image.inputs["platforms"][0] for image in made.all("docker-build:index:Image")} <= {"linux/amd64"}


@pytest.mark.requirement("CHR-DAT-01", "CHR-SEC-02", "GRD-05")
@pytest.mark.parametrize(("name", "nodes", "failover"), [("chatrelay-prod", 2, True), ("chatrelay-staging", 1, False)])
def test_sessions_are_in_a_private_redis_over_tls(name: str, nodes: int, *, failover: bool) -> None:
    made = build(stack(name), name)
    group = made.one("elasticache/replicationGroup:ReplicationGroup").inputs
    assert (group["nodeType"], group["engineVersion"], group["numCacheClusters"]) == ("cache.t3.micro", "7.0", nodes)
    assert group["automaticFailoverEnabled"] is failover
    assert (group["transitEncryptionEnabled"], group["atRestEncryptionEnabled"]) == (True, True)
    subnets = made.one("elasticache/subnetGroup:SubnetGroup").inputs["subnetIds"]
    assert subnets == ["network-private-a-id", "network-private-b-id"]


@pytest.mark.requirement("CHR-NET-01", "CHR-SEC-04")
def test_what_goes_through_the_network_is_logged(fargate: Recorder) -> None:
    assert fargate.one("ec2/flowLog:FlowLog").inputs["trafficType"] == "ALL"


@pytest.mark.requirement("CHR-DAT-03")
def test_a_database_is_there_only_where_it_is_asked_for(fargate: Recorder) -> None:
    assert fargate.all("rds/instance:Instance") == []
    postgres = {
        "instance_class": "db.t3.micro",
        "engine_version": "15.4",
        "identifier": "chatrelay-db",
        "storage_gib": 20,
        "max_storage_gib": 100,
        "database": "chatrelay",
        "username": "chatrelay",
        "backup_retention_days": 7,
        "backup_window": "03:00-04:00",
        "maintenance_window": "sun:02:00-sun:03:00",
    }
    database = build(stack("chatrelay-fargate", postgres=postgres)).one("rds/instance:Instance").inputs
    assert (database["identifier"], database["backupRetentionPeriod"]) == ("chatrelay-db", 7)
    assert database["backupWindow"] == "03:00-04:00"
