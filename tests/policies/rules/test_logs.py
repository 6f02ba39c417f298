from __future__ import annotations

import pytest

GROUP = "aws:cloudwatch/logGroup:LogGroup"
CLUSTER = "aws:ecs/cluster:Cluster"


@pytest.mark.requirement("GRD-15", "AUT-SEC-11")
@pytest.mark.parametrize(
    ("tier", "days", "good"),
    [
        ("production", 30.0, True),
        ("production", 14.0, False),
        ("staging", 14.0, True),
        ("staging", 7.0, False),
        ("development", 1.0, True),
        ("development", 0.0, False),  # for ever
        ("development", None, False),
        (None, 14.0, False),
    ],
)
def test_logs_are_kept_as_long_as_the_tier_asks(program, tier, days, good):
    program.tags = {"Tier": tier} if tier else None
    program.add(GROUP, "group", {"retentionInDays": days})
    assert program.flaws("GRD-15") == (set() if good else {("retention", "group")})


@pytest.mark.requirement("GRD-15")
def test_a_class_that_has_its_own_retention_is_left_alone_and_what_is_not_known_cannot_be_told(program):
    program.add(GROUP, "delivery", {"logGroupClass": "DELIVERY"})
    program.add(GROUP, "later", {"retentionInDays": program.unknown})
    assert program.flaws("GRD-15", preview=True) == set()
    assert "retentionInDays is not known" in program.untold()["later"]


@pytest.mark.requirement("GRD-15", "AUT-SEC-10")
@pytest.mark.parametrize(
    ("settings", "good"),
    [
        ([{"name": "containerInsights", "value": "enabled"}], True),
        ([{"name": "containerInsights", "value": "enhanced"}], True),
        ([{"name": "containerInsights", "value": "disabled"}], False),
        ([{"name": "other", "value": "enabled"}], False),
        ([], False),
        (None, False),
    ],
)
def test_container_insights_is_on(program, settings, good):
    program.add(CLUSTER, "cluster", {"settings": settings})
    assert program.flaws("GRD-15") == (set() if good else {("container-insights", "cluster")})


@pytest.mark.requirement("GRD-15")
def test_settings_that_are_not_known_yet_cannot_be_told(program):
    program.add(CLUSTER, "cluster", {"settings": program.unknown})
    program.add(CLUSTER, "value", {"settings": [{"name": "containerInsights", "value": program.unknown}]})
    assert program.flaws("GRD-15", preview=True) == set()
    assert set(program.untold()) == {"cluster", "value"}


def test_strictly_log_groups_are_under_a_key_of_ones_own(program):
    program.add(GROUP, "bare", {"retentionInDays": 30})
    program.add(GROUP, "good", {"retentionInDays": 30, "kmsKeyId": program.unknown})
    assert program.flaws("LOG-2") == set()
    program.pack = {"strict": True}
    assert program.flaws("LOG-2") == {("customer-key", "bare")}


ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
TOLD = {"alarmActions": ["arn:aws:sns:us-east-1:1:t"]}


@pytest.mark.parametrize(
    ("properties", "good"),
    [
        (TOLD, True),
        (TOLD | {"actionsEnabled": True}, True),
        (TOLD | {"actionsEnabled": False}, False),
        (TOLD | {"actionsEnabled": "false"}, False),
        ({}, False),
        ({"alarmActions": []}, False),
        ({"okActions": ["arn:aws:sns:us-east-1:1:t"]}, False),
    ],
)
@pytest.mark.parametrize("token", [ALARM, COMPOSITE])
def test_alarms_act(program, token, properties, good):
    program.add(token, "alarm", properties)
    assert program.flaws("LOG-3") == (set() if good else {("alarms-act", "alarm")})


def test_alarms_that_something_else_looks_at_need_not_act(program):
    for name in ("named", "near", "forgotten"):
        program.add(ALARM, name, {"name": f"app-{name}"})
    linked, suppressor, deployment, health = (
        program.add(ALARM, name) for name in ("linked", "quiet", "roll", "health")
    )
    rule = 'ALARM("app-named") OR ALARM(app-nearby)'
    program.add(COMPOSITE, "first", {"alarmName": "first", "alarmRule": rule})
    program.add(COMPOSITE, "second", TOLD | {"alarmRule": "ALARM(first)"}, actionsSuppressor=suppressor)
    program.add(COMPOSITE, "third", TOLD, alarmRule=linked)
    program.add("aws:ecs/service:Service", "service", {}, alarms=deployment)
    program.add("aws:route53/healthCheck:HealthCheck", "check", {}, cloudwatchAlarmName=health)
    assert program.flaws("LOG-3", preview=False) == {("alarms-act", "near"), ("alarms-act", "forgotten")}
    # The third composite alarm may name any of them, until its rule is known.
    assert program.unjudged("forgotten") == {("LOG-3", "alarmActions")}
