"""What the fake of Cost Explorer refuses, as AWS does."""

from __future__ import annotations

from typing import Any

import pytest

from local.fakes.errors import ApiError
from local.fakes.server import Fakes

MONITOR = {"MonitorName": "m", "MonitorType": "CUSTOM", "MonitorSpecification": {"Tags": {"Key": "Project"}}}


def call(fakes: Fakes, name: str, **params: Any) -> dict[str, Any]:
    return fakes.call("ce", name, params, "us-east-1")


def subscription(monitor: str, **changes: Any) -> dict[str, Any]:
    return {
        "SubscriptionName": "s",
        "MonitorArnList": [monitor],
        "Frequency": "DAILY",
        "Subscribers": [{"Type": "EMAIL", "Address": "a@example.org"}],
        "Threshold": 50,
        **changes,
    }


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


def test_a_custom_monitor_says_what_it_watches(fakes: Fakes) -> None:
    with pytest.raises(ApiError, match="MonitorSpecification is required"):
        call(fakes, "CreateAnomalyMonitor", AnomalyMonitor={"MonitorName": "m", "MonitorType": "CUSTOM"})


def test_a_subscription_is_to_monitors_that_there_are(fakes: Fakes) -> None:
    with pytest.raises(ApiError, match="No anomaly monitor"):
        call(fakes, "CreateAnomalySubscription", AnomalySubscription=subscription("arn:aws:ce::0:anomalymonitor/none"))


def test_mail_is_not_immediate(fakes: Fakes) -> None:
    monitor = call(fakes, "CreateAnomalyMonitor", AnomalyMonitor=MONITOR)["MonitorArn"]
    with pytest.raises(ApiError, match="IMMEDIATE is for SNS"):
        call(fakes, "CreateAnomalySubscription", AnomalySubscription=subscription(monitor, Frequency="IMMEDIATE"))
    arn = call(fakes, "CreateAnomalySubscription", AnomalySubscription=subscription(monitor))["SubscriptionArn"]
    (found,) = call(fakes, "GetAnomalySubscriptions", SubscriptionArnList=[arn])["AnomalySubscriptions"]
    assert found["Subscribers"] == [{"Status": "CONFIRMED", "Type": "EMAIL", "Address": "a@example.org"}]


def test_a_cost_category_has_a_name_of_its_own(fakes: Fakes) -> None:
    category = {"Name": "ChatRelay", "RuleVersion": "CostCategoryExpression.v1", "Rules": [{"Value": "ChatRelay"}]}
    call(fakes, "CreateCostCategoryDefinition", **category)
    with pytest.raises(ApiError, match="There is a cost category ChatRelay already"):
        call(fakes, "CreateCostCategoryDefinition", **category)
