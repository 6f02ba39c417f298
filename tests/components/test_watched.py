"""What the systems ask to see and to be told of: value for value, as CloudWatch names it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from components.monitoring.watches.security import EVENTS
from settings.problems import SettingsError
from tests.components.recording import build
from tests.components.stacks import FILES, stack
from tests.components.test_beanstalk import options
from tests.components.test_monitoring import ALARM, COMPOSITE, FILTER, watching
from tests.components.test_systems import built

if TYPE_CHECKING:
    from tests.components.recording import Recorder

CDN_REGION = "us-east-1"
WITH_CDN = [name for name in FILES if stack(name).cdn is not None]
OF_LOAD_BALANCER = "AWS/ApplicationELB"


def widgets(made: Recorder) -> dict[str, list[tuple[str, str, frozenset[str]]]]:
    """The metrics of each widget of the dashboard, by its title: namespace, name, and names of dimensions."""
    body = json.loads(made.one("cloudwatch/dashboard:Dashboard").inputs["dashboardBody"])
    return {
        each["properties"]["title"]: [
            (row[0], row[1], frozenset(row[2:-1:2])) for row in each["properties"]["metrics"] if isinstance(row[0], str)
        ]
        for each in body["widgets"]
    }


def shown(made: Recorder) -> set[tuple[str, str, frozenset[str]]]:
    return {metric for metrics in widgets(made).values() for metric in metrics}


def of(namespace: str, dimensions: str, *names: str) -> set[tuple[str, str, frozenset[str]]]:
    return {(namespace, name, frozenset(dimensions.split())) for name in names}


@pytest.mark.requirement("CRT-MON-01")
def test_court_cases_metrics() -> None:
    made = built("court-case-prod")
    service = "ClusterName ServiceName"
    assert (
        of("AWS/ECS", service, "CPUUtilization", "MemoryUtilization")
        | of("ECS/ContainerInsights", service, "NetworkRxBytes", "NetworkTxBytes")
        | of("ECS/ContainerInsights", service, "RunningTaskCount", "DesiredTaskCount")
        | of(OF_LOAD_BALANCER, "LoadBalancer TargetGroup", "HealthyHostCount")
        | of(OF_LOAD_BALANCER, "LoadBalancer", "RequestCount", "TargetResponseTime", "HTTPCode_Target_4XX_Count")
        | of(OF_LOAD_BALANCER, "LoadBalancer", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count")
        | of("AWS/RDS", "DBInstanceIdentifier", "DatabaseConnections", "CPUUtilization", "FreeableMemory")
        | of("AWS/RDS", "DBInstanceIdentifier", "ReadIOPS", "WriteIOPS")
    ) <= shown(made)
    # Network and numbers of tasks are Container Insights', queries those of the database's Performance Insights.
    [setting] = made.one("ecs/cluster:Cluster").inputs["settings"]
    assert (setting["name"], setting["value"]) == ("containerInsights", "enhanced")
    assert made.one("rds/instance:Instance").inputs["performanceInsightsEnabled"] is True


@pytest.mark.requirement("CRT-MON-02")
def test_court_cases_six_widgets() -> None:
    found = widgets(built("court-case-prod"))
    expected = {
        "backend: tasks": {"RunningTaskCount", "DesiredTaskCount", "HealthyHostCount"},  # ECS service overview
        "Load balancer: requests and errors": {"RequestCount", "HTTPCode_Target_5XX_Count"},  # ALB metrics
        "Database: reads and writes": {"ReadIOPS", "WriteIOPS"},  # database performance
        "Load balancer: errors of 100 requests": {"RequestCount", "HTTPCode_Target_5XX_Count"},  # error-rate trend
        "Load balancer: response time": {"TargetResponseTime"},  # response-time distribution
        "backend: CPU and memory": {"CPUUtilization", "MemoryUtilization"},  # resource utilisation
    }
    for title, names in expected.items():
        assert names <= {name for _, name, _ in found[title]}, title
    body = json.loads(built("court-case-prod").one("cloudwatch/dashboard:Dashboard").inputs["dashboardBody"])
    [times] = [each["properties"] for each in body["widgets"] if each["properties"]["title"].endswith("response time")]
    assert [row[-1]["stat"] for row in times["metrics"]] == ["p50", "p95", "p99"]


@pytest.mark.requirement("CHR-MON-01", "CHR-MAN-06")
def test_chatrelays_metrics_logs_and_alarms() -> None:
    made = built("chatrelay-prod")
    assert made.one("cloudwatch/dashboard:Dashboard").inputs["dashboardName"] == "ChatRelay-Production"
    assert (
        of("AWS/EC2", "AutoScalingGroupName", "CPUUtilization", "NetworkIn", "NetworkOut")
        | of(OF_LOAD_BALANCER, "LoadBalancer", "RequestCount", "TargetResponseTime")
        | of(OF_LOAD_BALANCER, "LoadBalancer", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count")
        | of("AWS/ElasticBeanstalk", "EnvironmentName", "EnvironmentHealth")
    ) <= shown(made)
    chosen = options(made)
    assert chosen["aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs"] == "true"
    assert chosen["aws:elasticbeanstalk:healthreporting:system", "SystemType"] == "enhanced"
    # Beanstalk names the log groups after the environment: /aws/elasticbeanstalk/chatrelay-prod/var/log/…
    assert made.one("elasticbeanstalk/environment:Environment").inputs["name"] == "chatrelay-prod"
    alarms = watching(made)
    assert {name: each["threshold"] for name, each in alarms.items() if name.startswith("beanstalk-")} == {
        "beanstalk-health": 20, "beanstalk-cpu": 85, "beanstalk-errors-critical": 10, "beanstalk-errors-warning": 5,
        "beanstalk-response-critical": 5, "beanstalk-response-warning": 2,
    }  # fmt: skip


@pytest.mark.requirement("UTJ-MON-02", "UTJ-MON-06")
def test_utjfcs_metrics_and_the_bands_that_are_told() -> None:
    """Its dashboard costs nothing; alarms beyond ten are for a level above free. Memory has no metric there."""
    assert (
        of("AWS/EC2", "AutoScalingGroupName", "CPUUtilization", "NetworkIn", "NetworkOut")
        | of("AWS/EC2", "AutoScalingGroupName", "EBSReadBytes", "EBSWriteBytes")
        | of(OF_LOAD_BALANCER, "LoadBalancer", "RequestCount", "TargetResponseTime", "HTTPCode_Target_4XX_Count")
        | of(OF_LOAD_BALANCER, "LoadBalancer", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count")
        | of("AWS/ElasticBeanstalk", "EnvironmentName", "EnvironmentHealth")
    ) <= shown(built("utjfc-prod"))
    alarms = watching(build(stack("utjfc-prod", monitoring__level="standard")))
    bands = {
        "beanstalk-health": ("EnvironmentHealth", 20, 1),
        "beanstalk-cpu": ("CPUUtilization", 80, 5),
        "beanstalk-response-warning": ("TargetResponseTime", 2, 5),
        "us-east-1-cdn-refusals": ("4xxErrorRate", 50, 5),
        "us-east-1-cdn-errors-warning": ("5xxErrorRate", 5, 5),
    }
    found = {key: alarms[key] for key in bands}
    assert {k: (each["metricName"], each["threshold"], each["evaluationPeriods"]) for k, each in found.items()} == bands


# --- the CDN


@pytest.mark.parametrize("name", WITH_CDN)
def test_no_distribution_comes_without_alarms_where_its_metrics_are(name: str) -> None:
    """An alarm sees the metrics of its own region, and tells topics there; us-east-1 may be the stack's."""
    made, settings = built(name), stack(name)
    region = None if settings.region == CDN_REGION else CDN_REGION
    ours = [each.inputs for each in made.all(ALARM) if each.inputs.get("namespace") == "AWS/CloudFront"]
    rates = {(each["metricName"], each["threshold"], each["evaluationPeriods"]) for each in ours}
    everything = {("5xxErrorRate", 10, 1), ("5xxErrorRate", 5, 5), ("4xxErrorRate", 50, 5)}
    # At level free only some alarms are affordable: what is critical first.
    assert {("5xxErrorRate", 10, 1)} <= rates <= everything
    assert rates == everything or settings.monitoring.free
    distribution = made.one("cloudfront/distribution:Distribution")
    for each in ours:
        assert each["dimensions"] == {"DistributionId": f"{distribution.name}-id", "Region": "Global"}
        assert each.get("region") == region
        assert (each["statistic"], each["period"], each["treatMissingData"]) == ("Average", 60, "notBreaching")
    telling = ours if settings.monitoring.free else [each.inputs for each in made.all(COMPOSITE)]
    told = [arn.rpartition(":")[2] for each in telling if each.get("region") == region for arn in each["alarmActions"]]
    assert told
    for topic in set(told):
        assert made.one("sns/topic:Topic", topic).inputs.get("region") == region


def test_the_topic_elsewhere_is_whole() -> None:
    """Its policy, its key and its subscriptions are in its region, and its readers are those of the other."""
    made = build(stack("utjfc-prod", monitoring__level="standard", monitoring__notify=["ops@example.org"]))
    parts = [each for each in made.resources if each.name.startswith("monitoring-us-east-1-alerts")]
    kinds = {each.type.rpartition(":")[2] for each in parts if each.type.startswith("aws:")}
    assert kinds == {"Topic", "TopicPolicy", "TopicSubscription", "Key", "Alias"}
    assert {each.inputs["region"] for each in parts if each.type.startswith("aws:")} == {CDN_REGION}


def test_the_inventory_names_alarms_elsewhere() -> None:
    made = build(stack("utjfc-prod", monitoring__level="standard"))
    document = json.loads(made.one("ssm/parameter:Parameter", "inventory-monitoring").inputs["insecureValue"])
    assert set(document["elsewhere"]) == {CDN_REGION}
    names = {each.inputs["alarmName"] for each in made.all(COMPOSITE) if each.inputs.get("region") == CDN_REGION}
    assert {name for found in document["elsewhere"][CDN_REGION]["alarms"].values() for name in found} == names


# --- security events


def security() -> Recorder:
    return built("court-case-prod")


@pytest.mark.requirement("CRT-SEC-08")
def test_the_trails_records_reach_a_log_group_that_forgets() -> None:
    made = security()
    trail = made.one("cloudtrail/trail:Trail").inputs
    group = made.one("cloudwatch/logGroup:LogGroup", "audit")
    assert group.inputs["name"] == "/aws/cloudtrail/court-case-prod"
    assert group.inputs["retentionInDays"] == stack("court-case-prod").logs.retention_days
    assert trail["cloudWatchLogsGroupArn"].endswith(":audit:*")
    role = made.one("iam/role:Role", "audit").inputs
    assert json.loads(role["assumeRolePolicy"])["Statement"][0]["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    [may] = json.loads(made.one("iam/rolePolicy:RolePolicy", "audit-write").inputs["policy"])["Statement"]
    assert may["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert [each.partition(":log-stream:")[2] for each in may["Resource"]] == ["123456789012_CloudTrail_us-west-2*"]


@pytest.mark.requirement("CRT-SEC-08")
@pytest.mark.parametrize("event", EVENTS)
def test_each_event_is_counted_and_told_at_once(event: str) -> None:
    made = security()
    counted = made.one(FILTER, f"monitoring-audit-{event}").inputs
    assert counted["logGroupName"] == "/aws/cloudtrail/court-case-prod"
    assert len(counted["pattern"]) <= 1024  # AWS takes no longer ones
    alarm = watching(made)[f"audit-{event}"]
    transformation = counted["metricTransformation"]
    assert (alarm["namespace"], alarm["metricName"]) == (transformation["namespace"], transformation["name"])
    assert (alarm["statistic"], alarm["period"], alarm["evaluationPeriods"]) == ("Sum", 60, 1)
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanThreshold", 0)
    joint = made.one(COMPOSITE, "monitoring-security").inputs
    assert f'ALARM("{alarm["name"]}")' in joint["alarmRule"]
    # It keeps quiet for nothing, and what is critical is told beside it.
    assert joint["alarmActions"]
    assert "actionsSuppressor" not in joint


@pytest.mark.requirement("CRT-SEC-08")
@pytest.mark.parametrize(
    ("event", "calls"),
    [
        ("iam-changes", "PutUserPolicy AttachRolePolicy CreatePolicyVersion DetachGroupPolicy DeletePolicy"),
        ("trail-changes", "StopLogging DeleteTrail UpdateTrail"),
        ("key-loss", "DisableKey ScheduleKeyDeletion"),
        ("security-group-changes", "AuthorizeSecurityGroupIngress RevokeSecurityGroupEgress DeleteSecurityGroup"),
        ("unauthorized-calls", "*UnauthorizedOperation AccessDenied*"),
        ("root-use", "Root AwsServiceEvent"),
        ("sign-in-without-mfa", "ConsoleLogin Yes IAMUser Success"),
    ],
)
def test_patterns_name_what_they_are_about(event: str, calls: str) -> None:
    said = set(re.findall(r'=\s?"?([A-Za-z*]+)"?', EVENTS[event][1]))
    assert set(calls.split()) <= said


def test_events_are_of_production_unless_set() -> None:
    def told(**changes: Any) -> bool:
        return "monitoring-audit-root-use" in {each.name for each in build(stack("staging", **changes)).all(FILTER)}

    assert not told(audit={})
    assert told(audit={"events": True})
    assert stack("prod", audit={}).audit.events  # type: ignore[union-attr]


def test_events_cost_money() -> None:
    with pytest.raises(SettingsError, match=r"plinth:audit\.events"):
        stack("utjfc-prod", audit={"events": True})
