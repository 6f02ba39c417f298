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
