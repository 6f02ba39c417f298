"""The fake of Application Auto Scaling refuses what the service would."""

from __future__ import annotations

from typing import Any

import pytest

from local.fakes.errors import ApiError
from local.fakes.server import Fakes

SERVICE = "application-autoscaling"
KEY = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/cluster/web",
    "ScalableDimension": "ecs:service:DesiredCount",
}


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


def ask(fakes: Fakes, op: str, **params: Any) -> dict[str, Any]:
    return fakes.call(SERVICE, op, {**KEY, **params}, "us-west-2")


def test_a_target_keeps_what_it_is_given(fakes: Fakes) -> None:
    arn = ask(fakes, "RegisterScalableTarget", MinCapacity=2, MaxCapacity=10, Tags={"a": "b"})["ScalableTargetARN"]
    ask(fakes, "RegisterScalableTarget", MaxCapacity=12)
    (target,) = fakes.call(SERVICE, "DescribeScalableTargets", {"ServiceNamespace": "ecs"}, "us-west-2")[
        "ScalableTargets"
    ]
    assert (target["MinCapacity"], target["MaxCapacity"], target["ScalableTargetARN"]) == (2, 12, arn)
    assert fakes.call(SERVICE, "ListTagsForResource", {"ResourceARN": arn}, "us-west-2") == {"Tags": {"a": "b"}}


def test_deregistering_takes_the_policies_along(fakes: Fakes) -> None:
    ask(fakes, "RegisterScalableTarget", MinCapacity=2, MaxCapacity=10)
    ask(fakes, "PutScalingPolicy", PolicyName="up", PolicyType="StepScaling", StepScalingPolicyConfiguration={})
    ask(fakes, "DeregisterScalableTarget")
    assert ask(fakes, "DescribeScalingPolicies")["ScalingPolicies"] == []


@pytest.mark.parametrize(
    ("op", "params", "code"),
    [
        ("RegisterScalableTarget", {"MinCapacity": 2}, "ValidationException"),
        ("RegisterScalableTarget", {"MinCapacity": 3, "MaxCapacity": 2}, "ValidationException"),
        ("RegisterScalableTarget", {"MinCapacity": "two", "MaxCapacity": 2}, "ValidationException"),
        ("RegisterScalableTarget", {"Minimum": 2}, "ValidationException"),
        ("DeregisterScalableTarget", {}, "ObjectNotFoundException"),
        ("PutScalingPolicy", {"PolicyName": "up"}, "ObjectNotFoundException"),
        ("DeleteScalingPolicy", {"PolicyName": "up"}, "ObjectNotFoundException"),
        ("PutScheduledAction", {"ScheduledActionName": "nightly"}, "UnknownOperationException"),
    ],
)
def test_bad_requests_are_refused(fakes: Fakes, op: str, params: dict[str, Any], code: str) -> None:
    with pytest.raises(ApiError) as error:
        ask(fakes, op, **params)
    assert error.value.code == code
