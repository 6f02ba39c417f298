"""ChatRelay: three containers, on Beanstalk and as one Fargate task."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.components.recording import ROOT, build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder, Registered

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
    assert [image.inputs["platforms"] for image in images(made)] == [["linux/amd64"]] * len(PORTS)


@pytest.mark.requirement("CHR-IMG-02", "CHR-DEP-03", "CHR-MAN-01")
@pytest.mark.parametrize("name", ["chatrelay-prod", "chatrelay-fargate"])
def test_each_image_is_pushed_as_latest_and_as_the_release_of_the_package(name: str) -> None:
    release = json.loads((ROOT / "systems" / "chatrelay" / "main-app" / "package.json").read_text())["version"]
    for image in images(build(stack(name), name)):
        assert [tag.rpartition(":")[2] for tag in image.inputs["tags"][1:]] == ["latest", release]


def images(made: Recorder) -> list[Registered]:
    return [each for each in made.resources if each.type == "docker-build:index:Image"]


@pytest.mark.requirement("CHR-DAT-01", "CHR-SEC-02", "GRD-05", "CHR-MAN-02")
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


@pytest.mark.requirement("CHR-SEC-06", "GRD-13")
@pytest.mark.parametrize("name", ["chatrelay-prod", "chatrelay-fargate"])
def test_what_runs_has_a_role_and_no_key(name: str) -> None:
    made = build(stack(name), name)
    assert made.all("iam/accessKey:AccessKey") == []
    assert not [each.key for each in made.resources if "AWS_ACCESS_KEY_ID" in json.dumps(each.inputs, default=str)]


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


@pytest.fixture(scope="module")
def instances() -> Recorder:
    """ChatRelay on Beanstalk."""
    return build(stack("chatrelay-prod"), "chatrelay-prod")


@pytest.mark.requirement("CHR-DAT-02", "CHR-SEC-11", "CHR-SEC-12", "CHR-CMP-06", "CHR-MAN-03")
def test_instances_mount_the_file_system_over_tls_by_its_access_point_and_again_after_a_restart(
    instances: Recorder,
) -> None:
    extension = json.loads(files(instances)[".ebextensions/files.config"])
    assert extension["packages"] == {"yum": {"amazon-efs-utils": []}}
    command = extension["commands"]["mount-data"]["command"]
    get = "/opt/elasticbeanstalk/bin/get-config environment -k"
    options = f"_netdev,noresvport,tls,iam,accesspoint=$({get} DATA_ACCESS_POINT)"
    assert f'"$({get} DATA_FILE_SYSTEM):/ /mnt/efs efs {options} 0 0" >> /etc/fstab' in command
    given = options_of(instances)
    assert (given["DATA_FILE_SYSTEM"], given["DATA_ACCESS_POINT"]) == ("data-id", "data-id")


@pytest.mark.requirement("CHR-DAT-02", "CHR-CMP-03")
def test_the_container_in_front_sees_the_file_system_and_nothing_else_of_the_instance(instances: Recorder) -> None:
    document = json.loads(files(instances)["Dockerrun.aws.json"])
    assert document["volumes"] == [{"name": "data", "host": {"sourcePath": "/mnt/efs"}}]
    mounted = {each["name"]: each.get("mountPoints", []) for each in document["containerDefinitions"]}
    mount = [{"sourceVolume": "data", "containerPath": "/mnt/efs", "readOnly": False}]
    assert mounted == {"main-app": mount, "agent-service": [], "mcp-gateway": []}


def test_one_container_sees_the_file_system_too() -> None:
    made = build(stack("utjfc-prod", files={"data": {"path": "/mnt/efs"}}, beanstalk__uses=["data"]), "utjfc-prod")
    document = json.loads(files(made)["Dockerrun.aws.json"])
    assert document["Volumes"] == [{"HostDirectory": "/mnt/efs", "ContainerDirectory": "/mnt/efs"}]


@pytest.mark.requirement("CHR-NET-02", "CHR-SEC-03", "CHR-MAN-04")
def test_stores_let_in_instances_and_nobody_else(instances: Recorder) -> None:
    rules = instances.all("vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    into = {
        (rule.inputs["securityGroupId"], rule.inputs["fromPort"]): rule.inputs.get("referencedSecurityGroupId")
        for rule in rules
        if rule.inputs["securityGroupId"] in ("redis-id", "data-files-id")
    }
    assert into == {
        ("redis-id", 6379): "beanstalk-instances-id",
        ("data-files-id", 2049): "beanstalk-instances-id",
    }


@pytest.mark.requirement("CHR-CMP-02", "CHR-CFG-01")
def test_on_an_instance_containers_reach_each_other_by_links(instances: Recorder) -> None:
    document = json.loads(files(instances)["Dockerrun.aws.json"])
    found = {each["name"]: each for each in document["containerDefinitions"]}
    assert found["main-app"]["links"] == ["agent-service", "mcp-gateway"]
    assert variables(found["main-app"])["AGENT_SERVICE_URL"] == "http://agent-service:8090"
    assert variables(found["agent-service"])["TOOL_BRIDGE_URL"] == "http://mcp-gateway:8080"


def files(made: Recorder) -> dict[str, str]:
    """What is in the source bundle."""
    content = made.one("s3/bucketObjectv2:BucketObjectv2", "beanstalk-bundle").inputs["contentBase64"]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(content))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def options_of(made: Recorder) -> dict[str, str]:
    """The environment's variables."""
    settings = made.one("elasticbeanstalk/environment:Environment").inputs["settings"]
    space = "aws:elasticbeanstalk:application:environment"
    return {each["name"]: each["value"] for each in settings if each["namespace"] == space}


@pytest.mark.requirement("CHR-DAT-01", "CHR-CFG-01")
def test_the_cache_is_called_as_in_the_source_and_services_know_where_it_is() -> None:
    made = build(stack("chatrelay-fargate", redis__identifier="chatrelay-sessions"), "chatrelay-fargate")
    group = made.one("elasticache/replicationGroup:ReplicationGroup").inputs
    assert group["replicationGroupId"] == "chatrelay-sessions"
    task = made.one("ecs/taskDefinition:TaskDefinition", "main-app").inputs
    (main,) = (each for each in json.loads(task["containerDefinitions"]) if each["name"] == "main-app")
    said = {each["name"]: each["value"] for each in main["environment"]}
    assert (said["REDIS_HOST"], said["REDIS_PORT"]) == ("cache.example", "6379")
    production = stack("chatrelay-prod")
    assert production.redis is not None
    assert production.redis.identifier == "chatrelay-sessions"
