"""Services: roles, tasks, strategies, scaling."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.components.recording import build
from tests.components.stacks import ABSENT, stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder


def container(made: Recorder, task: str = "backend") -> dict[str, Any]:
    definitions = json.loads(made.one("ecs/taskDefinition:TaskDefinition", task).inputs["containerDefinitions"])
    assert len(definitions) == 1
    found: dict[str, Any] = definitions[0]
    return found


def statements(made: Recorder, policy: str) -> list[dict[str, Any]]:
    document = json.loads(made.one("iam/rolePolicy:RolePolicy", policy).inputs["policy"])
    found: list[dict[str, Any]] = document["Statement"]
    return found


@pytest.mark.requirement("AUT-CMP-01", "AUT-SEC-10")
@pytest.mark.parametrize(("name", "insights"), [("prod", "enhanced"), ("staging", "enabled")])
def test_the_cluster_has_container_insights(name: str, insights: str, request: pytest.FixtureRequest) -> None:
    cluster = request.getfixturevalue(name).one("ecs/cluster:Cluster").inputs
    assert cluster["settings"] == [{"name": "containerInsights", "value": insights}]


@pytest.mark.requirement("AUT-CMP-02", "AUT-CMP-04", "AUT-CFG-03")
@pytest.mark.parametrize("key", ["backend", "frontend"])
def test_services_have_the_names_and_sizes_of_the_source(prod: Recorder, key: str) -> None:
    service = prod.one("ecs/service:Service", key).inputs
    assert service["name"] == f"auterity-{key}-production"
    assert service["desiredCount"] == 3
    task = prod.one("ecs/taskDefinition:TaskDefinition", key).inputs
    assert task["family"] == f"auterity-{key}-production"
    assert (task["cpu"], task["memory"]) == ("2048", "8192")


@pytest.mark.requirement("AUT-CMP-03", "AUT-SEC-11")
@pytest.mark.parametrize(("name", "environment", "days"), [("prod", "production", 30), ("staging", "staging", 14)])
def test_containers_write_to_the_log_group_of_the_source(
    name: str, environment: str, days: int, request: pytest.FixtureRequest
) -> None:
    made: Recorder = request.getfixturevalue(name)
    group = made.one("cloudwatch/logGroup:LogGroup", "cluster-logs").inputs
    assert group["name"] == f"/aws/ecs/auterity-{environment}"
    assert {log.inputs["retentionInDays"] for log in made.all("cloudwatch/logGroup:LogGroup")} == {days}
    assert container(made)["logConfiguration"]["options"]["awslogs-group"] == group["name"]


@pytest.mark.requirement("GRD-11", "CRT-SEC-04", "CRT-IMG-01")
def test_tasks_run_on_x86_from_a_digest(prod: Recorder) -> None:
    for task in prod.all("ecs/taskDefinition:TaskDefinition"):
        assert task.inputs["runtimePlatform"] == {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}
        assert "@sha256:" in container(prod, task.name)["image"]


@pytest.mark.requirement("GRD-21", "UTJ-SEC-01")
def test_tasks_stay_in_private_subnets_without_public_addresses(prod: Recorder) -> None:
    for service in prod.all("ecs/service:Service"):
        network = service.inputs["networkConfiguration"]
        assert network["assignPublicIp"] is False
        assert network["subnets"] == [f"network-private-{letter}-id" for letter in "abc"]


@pytest.mark.requirement("AUT-CFG-02", "AUT-SEC-13", "CRT-SEC-02", "GRD-12")
def test_the_container_is_told_where_stores_are_and_ecs_fetches_what_is_secret(prod: Recorder) -> None:
    made = container(prod)
    plain = {item["name"]: item["value"] for item in made["environment"]}
    secret = {item["name"]: item["valueFrom"] for item in made["secrets"]}
    assert plain["DATABASE_HOST"] == "db.example"
    assert plain["DATABASE_SSLMODE"] == "require"
    assert plain["UPLOADS_BUCKET"] == "auterity-uploads-production"
    assert plain["VERSION"]
    assert secret["DATABASE_PASSWORD"].endswith(":password::")
    assert set(secret) == {"DATABASE_USER", "DATABASE_PASSWORD", "REDIS_URL", "JWT_SECRET_KEY"}
    assert not set(plain) & set(secret)


def test_container_definitions_are_in_the_form_that_aws_gives_back(prod: Recorder) -> None:
    made = container(prod)
    for listed in ("environment", "secrets"):
        names = [item["name"] for item in made[listed]]
        assert names == sorted(names)
    assert made["portMappings"] == [{"containerPort": 8000, "hostPort": 8000, "protocol": "tcp"}]
    assert {"cpu", "essential", "mountPoints", "systemControls", "volumesFrom"} <= set(made)


@pytest.mark.requirement("CRT-SEC-05", "CHR-SEC-14", "GRD-13")
def test_roles_may_do_no_more_than_they_must(prod: Recorder) -> None:
    read = statements(prod, "backend-read-secrets")
    assert [statement["Action"] for statement in read] == [["secretsmanager:GetSecretValue"]]
    assert len(read[0]["Resource"]) == 3
    assert "*" not in read[0]["Resource"]
    assert not [policy for policy in prod.all("iam/rolePolicy:RolePolicy") if policy.name == "frontend-read-secrets"]
    use = statements(prod, "backend-use")
    assert {resource for statement in use for resource in statement["Resource"]} == {
        "arn:aws:s3:::auterity-uploads-production",
        "arn:aws:s3:::auterity-uploads-production/*",
        "arn:aws:s3:::auterity-config-production",
        "arn:aws:s3:::auterity-config-production/*",
    }


@pytest.mark.requirement("RPH-SEC-07")
def test_ecs_exec_is_logged(prod: Recorder) -> None:
    command = prod.one("ecs/cluster:Cluster").inputs["configuration"]["executeCommandConfiguration"]
    assert command["logging"] == "OVERRIDE"
    assert command["logConfiguration"]["cloudWatchLogGroupName"] == "/aws/ecs/exec/auterity-production"
    assert prod.one("ecs/service:Service", "backend").inputs["enableExecuteCommand"] is True
    assert any("ssmmessages:OpenDataChannel" in s["Action"] for s in statements(prod, "backend-exec"))


@pytest.mark.requirement("CRT-DEP-06")
def test_a_one_off_task_has_its_own_definition_from_the_same_image(prod: Recorder) -> None:
    migrate = container(prod, "backend-migrate")
    assert migrate["command"] == ["alembic", "upgrade", "head"]
    assert migrate["image"] == container(prod)["image"]
    assert migrate["secrets"] == container(prod)["secrets"]
    assert migrate["portMappings"] == []
    assert prod.one("ecs/taskDefinition:TaskDefinition", "backend-migrate").inputs["skipDestroy"] is True


@pytest.mark.requirement("AUT-DEP-05", "AUT-NET-05", "GRD-22")
def test_blue_green_has_two_target_groups_and_a_way_to_test(prod: Recorder) -> None:
    groups = {group.inputs["name"] for group in prod.all("lb/targetGroup:TargetGroup")}
    assert {"auterity-tg-production", "auterity-tg-production-green"} <= groups
    service = prod.one("ecs/service:Service", "backend").inputs
    assert service["deploymentConfiguration"] == {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": "5"}
    advanced = service["loadBalancers"][0]["advancedConfiguration"]
    assert advanced["alternateTargetGroupArn"].endswith(":backend-green")
    assert advanced["productionListenerRule"].endswith(":backend")
    assert advanced["testListenerRule"].endswith(":backend-test")
    assert advanced["roleArn"].endswith(":backend-switch")


@pytest.mark.requirement("GRD-22", "CRT-DR-05")
def test_a_failing_deployment_rolls_back_by_itself(prod: Recorder) -> None:
    for service in prod.all("ecs/service:Service"):
        assert service.inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
        alarms = service.inputs["alarms"]
        assert alarms["enable"] is True
        assert alarms["rollback"] is True
        known = {alarm.inputs["name"] for alarm in prod.all("cloudwatch/metricAlarm:MetricAlarm")}
        assert set(alarms["alarmNames"]) <= known
        assert service.inputs["waitForSteadyState"] is True


@pytest.mark.requirement("AUT-DEP-05")
@pytest.mark.parametrize(
    ("deployment", "expected"),
    [
        (
            {"strategy": "canary", "bake_minutes": 10, "canary_percent": 5, "canary_bake_minutes": 3},
            {
                "strategy": "CANARY",
                "bakeTimeInMinutes": "10",
                "canaryConfiguration": {"canaryPercent": 5, "canaryBakeTimeInMinutes": "3"},
            },
        ),
        (
            {"strategy": "linear", "bake_minutes": 10, "step_percent": 20, "step_bake_minutes": 2},
            {
                "strategy": "LINEAR",
                "bakeTimeInMinutes": "10",
                "linearConfiguration": {"stepPercent": 20, "stepBakeTimeInMinutes": "2"},
            },
        ),
    ],
)
def test_canary_and_linear_shift_traffic_in_steps(deployment: dict[str, Any], expected: dict[str, Any]) -> None:
    made = build(stack("prod", services__backend__deployment=deployment))
    service = made.one("ecs/service:Service", "backend").inputs
    assert service["deploymentConfiguration"] == expected
    assert "advancedConfiguration" in service["loadBalancers"][0]


@pytest.mark.requirement("UTJ-DEP-01")
def test_rolling_needs_no_second_target_group_and_no_test_listener() -> None:
    made = build(stack("prod", services__backend__deployment={"strategy": "rolling"}))
    assert {group.name for group in made.all("lb/targetGroup:TargetGroup")} == {"backend", "frontend"}
    assert {listener.inputs["port"] for listener in made.all("lb/listener:Listener")} == {80, 443}
    service = made.one("ecs/service:Service", "backend").inputs
    assert service["deploymentConfiguration"] == {"strategy": "ROLLING"}
    assert service["deploymentMinimumHealthyPercent"] == 100


@pytest.mark.requirement("AUT-CFG-01", "AUT-CFG-03")
def test_scaling_by_thresholds_and_steps(prod: Recorder) -> None:
    target = prod.one("appautoscaling/target:Target", "backend").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 10)
    up = prod.one("cloudwatch/metricAlarm:MetricAlarm", "backend-up").inputs
    down = prod.one("cloudwatch/metricAlarm:MetricAlarm", "backend-down").inputs
    assert (up["threshold"], up["comparisonOperator"]) == (70, "GreaterThanThreshold")
    assert (down["threshold"], down["comparisonOperator"]) == (30, "LessThanThreshold")
    steps = {
        way: prod.one("appautoscaling/policy:Policy", f"backend-{way}").inputs["stepScalingPolicyConfiguration"]
        for way in ("up", "down")
    }
    assert steps["up"]["stepAdjustments"] == [{"metricIntervalLowerBound": "0", "scalingAdjustment": 2}]
    assert steps["down"]["stepAdjustments"] == [{"metricIntervalUpperBound": "0", "scalingAdjustment": -1}]


@pytest.mark.requirement("AUT-CMP-02")
def test_scaling_by_target_tracking() -> None:
    made = build(stack("prod", services__backend__scaling={"cpu_target": 60, "memory_target": 75}))
    policies = {
        policy.name: policy.inputs["targetTrackingScalingPolicyConfiguration"]
        for policy in made.all("appautoscaling/policy:Policy")
        if policy.name.startswith("backend")
    }
    assert {name: policy["targetValue"] for name, policy in policies.items()} == {
        "backend-cpu": 60,
        "backend-memory": 75,
    }
    assert not [a for a in made.all("cloudwatch/metricAlarm:MetricAlarm") if a.name in {"backend-up", "backend-down"}]


def test_without_exec_the_task_may_not_open_channels() -> None:
    made = build(stack("prod", services__backend__exec=False, services__backend__tasks=ABSENT))
    assert not [policy for policy in made.all("iam/rolePolicy:RolePolicy") if policy.name == "backend-exec"]
    assert made.one("ecs/service:Service", "backend").inputs["enableExecuteCommand"] is False
