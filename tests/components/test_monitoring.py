"""Monitoring: every thing that is deployed is watched, and whoever is to hear of it hears once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.monitoring.watch import (
    Alarm,
    Metric,
    Widget,
    affordable_alarms,
    affordable_widgets,
    dashboard,
)
from components.monitoring.watches import KINDS
from settings import Stack
from tests.components.recording import Recorder, build
from tests.components.stacks import ABSENT, FILES, stack
from tests.components.test_systems import built

ALARM, COMPOSITE = "cloudwatch/metricAlarm:MetricAlarm", "cloudwatch/compositeAlarm:CompositeAlarm"
FILTER = "cloudwatch/logMetricFilter:LogMetricFilter"
# Sections of a stack file that deploy nothing which runs, or hold what others watch.
UNWATCHED = {
    "buckets", "secrets", "images", "network", "sites", "dns", "backup", "budget", "delivery", "logs",
    "monitoring", "customize", "policies", "approvals", "extends", "system", "environment", "tier", "region", "tags",
    "project", "operations",
}  # fmt: skip
FREE = [name for name in FILES if stack(name).monitoring.free]
PAID = [name for name in FILES if name not in FREE]
METRIC = Metric(namespace="N", name="M", dimensions={"D": "x"})
numbers_of_metrics = st.lists(st.integers(1, 6), max_size=30)


def watching(made: Recorder) -> dict[str, dict[str, Any]]:
    """The inputs of our alarms, by what comes after ``monitoring-``."""
    return {
        each.name.removeprefix("monitoring-"): dict(each.inputs)
        for each in made.all(ALARM)
        if each.name.startswith("monitoring-")
    }


def test_every_kind_of_thing_is_watched() -> None:
    """A new section of the stack file is either watched or said not to be."""
    assert set(Stack.model_fields) - UNWATCHED <= set(KINDS)


@pytest.mark.parametrize("name", PAID)
def test_no_store_or_queue_comes_without_alarms(name: str) -> None:
    made = built(name)
    alarms = json.dumps(list(watching(made).values()))
    for database in made.all("rds/instance:Instance"):
        assert f'"DBInstanceIdentifier": "{database.inputs["identifier"]}"' in alarms
    for cache in made.all("elasticache/replicationGroup:ReplicationGroup"):
        assert f'"CacheClusterId": "{cache.inputs["replicationGroupId"]}-001"' in alarms
    for queue in made.all("sqs/queue:Queue"):
        assert f'"QueueName": "{queue.inputs["name"]}"' in alarms
    for files in made.all("efs/fileSystem:FileSystem"):
        assert f'"FileSystemId": "{files.name}-id"' in alarms


@pytest.mark.requirement("CRT-MON-03", "CRT-MON-04", "CRT-MON-05")
def test_critical_at_once_and_warnings_after_five_minutes() -> None:
    alarms = watching(built("prod"))
    assert alarms["backend-healthy"]["evaluationPeriods"] == 1
    assert alarms["backend-healthy"]["treatMissingData"] == "breaching"
    assert alarms["load-balancer-errors-critical"]["evaluationPeriods"] == 1
    assert alarms["load-balancer-errors-warning"]["evaluationPeriods"] == 5
    assert alarms["backend-cpu"]["evaluationPeriods"] == 5
    assert {name for name, each in alarms.items() if each["treatMissingData"] == "breaching"} == {
        "backend-healthy",
        "frontend-healthy",
    }
    for each in alarms.values():
        periods = [query["metric"]["period"] for query in each.get("metricQueries", []) if "metric" in query]
        assert set(periods or [each["period"]]) == {60}


@pytest.mark.requirement("CRT-MON-05")
def test_the_error_rate_is_errors_of_all_requests() -> None:
    rate, requests, *errors = watching(built("prod"))["load-balancer-errors-critical"]["metricQueries"]
    assert rate["expression"] == "100*(FILL(m2, 0)+FILL(m3, 0))/m1"
    assert requests["metric"]["metricName"] == "RequestCount"
    assert {each["metric"]["metricName"] for each in errors} == {"HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"}


@pytest.mark.requirement("CRT-MON-03")
def test_services_that_cannot_reach_the_database_are_counted() -> None:
    made = built("court-case-prod")
    counted = made.one(FILTER, "monitoring-database-unreachable").inputs["metricTransformation"]
    alarm = watching(made)["database-unreachable"]
    assert (alarm["namespace"], alarm["metricName"]) == (counted["namespace"], counted["name"])
    assert alarm["evaluationPeriods"] == 1


@pytest.mark.requirement("AUT-MON-05", "AUT-OPS-04")
@pytest.mark.parametrize("name", ["prod", "staging"])
def test_auteritys_thresholds(name: str) -> None:
    alarms = watching(built(name))
    assert alarms["backend-cpu"]["threshold"] == 80
    assert alarms["backend-memory"]["threshold"] == 90
    assert alarms["redis-hits"]["threshold"] == 80
    assert "CacheMisses" in json.dumps(alarms["redis-hits"])


@pytest.mark.requirement("CRT-MAN-07")
def test_a_service_of_its_own_threshold() -> None:
    made = build(stack("prod", monitoring__services={"backend": {"cpu_percent": 95}}))
    assert watching(made)["backend-cpu"]["threshold"] == 95
    assert watching(made)["frontend-cpu"]["threshold"] == 80


@pytest.mark.requirement("CRT-MON-00")
def test_court_cases_names() -> None:
    made = built("court-case-prod")
    assert made.one("sns/topic:Topic", "monitoring-alerts").inputs["name"] == "alerts"
    counted = made.one(FILTER, "monitoring-database-unreachable").inputs["metricTransformation"]
    assert counted["namespace"] == "CourtCase/Production"


@pytest.mark.requirement("CRT-MON-05")
@pytest.mark.parametrize("name", PAID)
def test_one_message_however_much_goes_wrong(name: str) -> None:
    made = built(name)
    ours = watching(made)
    assert not any(each.get("alarmActions") for each in ours.values())
    topics = {each.inputs.get("region"): each.name for each in made.all("sns/topic:Topic") if "alerts" in each.name}
    # In each region in which there are alarms; None is the stack's.
    assert {each.get("region") for each in ours.values()} == set(topics)
    for region, topic in topics.items():
        joint = [each.inputs for each in made.all(COMPOSITE) if each.inputs.get("region") == region]
        rules = " OR ".join(each["alarmRule"] for each in joint)
        assert set(rules.split(" OR ")) == {
            f'ALARM("{each["name"]}")' for each in ours.values() if each.get("region") == region
        }
        told = {arn.rpartition(":")[2] for each in joint for arn in each["alarmActions"]}
        assert told == {topic}
        critical, warning = (
            next(each for each in joint if f"-{severity}-" in each["alarmName"]) for severity in ("critical", "warning")
        )
        assert warning["actionsSuppressor"]["alarm"] == critical["alarmName"]


@pytest.mark.parametrize("name", PAID)
def test_the_topic_is_encrypted_and_alarms_may_use_its_key(name: str) -> None:
    made = built(name)
    assert made.one("sns/topic:Topic", "monitoring-alerts").inputs["kmsMasterKeyId"]
    policy = json.loads(made.one("kms/key:Key", "monitoring-alerts").inputs["policy"])
    alarms = policy["Statement"][1]
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert alarms["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert alarms["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


@pytest.mark.requirement("UTJ-MON-05")
@pytest.mark.parametrize("name", [*FREE, "prod", "court-case-prod", "rapidphoto-prod"])
def test_free_is_free(name: str) -> None:
    made = build(stack(name, monitoring={"level": "free"}, audit=ABSENT))
    counted = sum(
        max(1, sum("metric" in query for query in each.inputs.get("metricQueries", []))) for each in made.all(ALARM)
    )
    # Where services scale and roll back by ten alarms already, there is none beside them.
    assert counted <= 10 or not watching(made)
    assert not made.all(COMPOSITE)
    assert not made.all("cloudwatch/logMetricFilter:LogMetricFilter")
    assert not [key for key in made.all("kms/key:Key") if key.name.startswith("monitoring")]
    board = json.loads(made.one("cloudwatch/dashboard:Dashboard").inputs["dashboardBody"])
    lines = [line for widget in board["widgets"] for line in widget["properties"]["metrics"]]
    assert sum(isinstance(line[0], str) for line in lines) <= 50
    assert {each.inputs["settings"][0]["value"] for each in made.all("ecs/cluster:Cluster")} <= {"disabled"}


@pytest.mark.requirement("UTJ-MON-02")
def test_cpu_of_beanstalk_is_ec2s() -> None:
    cpu = watching(build(stack("utjfc-prod", monitoring__level="standard")))["beanstalk-cpu"]
    assert cpu["namespace"] == "AWS/EC2"
    assert set(cpu["dimensions"]) == {"AutoScalingGroupName"}


@pytest.mark.requirement("UTJ-MON-03", "CHR-MON-01", "RPH-MON-01")
@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("utjfc-prod", "UTJFC-Performance"),
        ("chatrelay-prod", "ChatRelay-Production"),
        ("rapidphoto-prod", "rapid-photo-prod-dashboard"),
    ],
)
def test_dashboards_have_the_sources_names(name: str, called: str) -> None:
    assert built(name).one("cloudwatch/dashboard:Dashboard").inputs["dashboardName"] == called


@pytest.mark.requirement("RPH-MON-01", "RPH-MON-05")
def test_rapidphotos_dashboard_and_alarms() -> None:
    made = built("rapidphoto-prod")
    shown = made.one("cloudwatch/dashboard:Dashboard").inputs["dashboardBody"]
    for metric in (
        "RequestCount", "HTTPCode_Target_5XX_Count", "TargetResponseTime", "CPUUtilization", "MemoryUtilization",
        "RunningTaskCount", "DesiredTaskCount", "Invocations", "Errors", "Duration", "Throttles",
        "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage",
    ):  # fmt: skip
        assert f'"{metric}"' in shown
    assert all(f'"stat": "{percentile}"' in shown for percentile in ("p50", "p95", "p99"))
    alarms = watching(made)
    [worker] = stack("rapidphoto-prod").workers
    assert alarms[f"{worker}-dead-letters"]["threshold"] == 0
    assert {f"{worker}-errors", f"{worker}-throttles", f"{worker}-oldest-message", "backend-tasks"} <= set(alarms)
    assert alarms["load-balancer-response-warning"]["extendedStatistic"] == "p95"
    assert alarms["load-balancer-response-warning"]["threshold"] == 2


@pytest.mark.requirement("RPH-MON-02", "RPH-MON-03")
def test_saved_queries() -> None:
    made = built("rapidphoto-prod")
    errors, slow = (
        made.one("cloudwatch/queryDefinition:QueryDefinition", f"monitoring-{what}").inputs
        for what in ("errors", "slow")
    )
    assert "/ERROR|Exception|error/" in errors["queryString"]
    assert errors["queryString"].endswith("| limit 100")
    assert r"parse @message /duration=(?<duration>\d+)/" in slow["queryString"]
    assert "duration > 1000" in slow["queryString"]
    assert slow["queryString"].endswith("| limit 50")
    assert len(errors["logGroupNames"]) == 2


def test_anomalies_are_learnt_by_setting() -> None:
    unusual = watching(build(stack("prod", monitoring__anomaly=True)))["load-balancer-requests"]
    assert unusual["thresholdMetricId"] == "band"
    assert "threshold" not in unusual
    assert "load-balancer-requests" not in watching(built("prod"))


@pytest.mark.parametrize("name", FILES)
def test_alarms_have_names_of_their_own(name: str) -> None:
    names = [each.inputs["name"] for each in built(name).all(ALARM)]
    names += [each.inputs["alarmName"] for each in built(name).all(COMPOSITE)]
    assert len(names) == len(set(names))
    assert max(map(len, names)) <= 255


def test_more_alarms_than_a_rule_can_name() -> None:
    base = stack("prod")
    services = {
        f"web-{number}": base.services["frontend"].model_copy(update={"routes": (f"/{number}/*",)})
        for number in range(60)
    }
    many = base.model_copy(update={"services": {**base.services, **services}})
    composites = {each.inputs["alarmName"]: each.inputs for each in build(many).all(COMPOSITE)}
    assert all(each["alarmRule"].count("ALARM(") <= 100 for each in composites.values())
    assert 'ALARM("auterity-warning-1-production")' in composites["auterity-warning-production"]["alarmRule"]
    assert "alarmActions" not in composites["auterity-warning-1-production"]


@given(numbers_of_metrics)
def test_widgets_never_overlap(sizes: list[int]) -> None:
    widgets = [Widget(title=str(size), metrics=[METRIC] * size) for size in sizes]
    taken: set[tuple[int, int]] = set()
    for each in dashboard(widgets, "us-west-2")["widgets"]:
        cells = {(each["x"] + x, each["y"] + y) for x in range(each["width"]) for y in range(each["height"])}
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len(dashboard(widgets, "us-west-2")["widgets"]) == len(widgets)


@given(numbers_of_metrics, st.integers(-3, 12))
def test_what_is_affordable(sizes: list[int], most: int) -> None:
    alarms = [
        Alarm(key=str(number), says="", metrics=[METRIC] * size, severity="critical" if number % 3 == 0 else "warning")
        for number, size in enumerate(sizes)
    ]
    chosen = affordable_alarms(alarms, most)
    assert sum(len(each.metrics) for each in chosen) <= max(most, 0)
    assert [each.severity for each in chosen] == sorted(each.severity for each in chosen)
    widgets = [Widget(title="", metrics=each.metrics) for each in alarms]
    assert sum(len(each.metrics) for each in affordable_widgets(widgets, most)) <= max(most, 0)
