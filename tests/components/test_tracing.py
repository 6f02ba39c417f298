"""What X-Ray records of a stack, and by what name it is asked for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.components.recording import Recorder, build
from tests.components.stacks import FILES, stack
from tests.components.test_systems import built

GROUP, RULE = "xray/group:Group", "xray/samplingRule:SamplingRule"
BACKEND = "rapid-photo-prod-backend"
UNTRACED = [name for name in FILES if not name.startswith("rapidphoto")]


def container(made: Recorder) -> dict[str, str]:
    (found,) = json.loads(made.one("ecs/taskDefinition:TaskDefinition", "backend").inputs["containerDefinitions"])
    return {each["name"]: each["value"] for each in found["environment"]}


def allowed(made: Recorder, policy: str) -> set[str]:
    document = json.loads(made.one("iam/rolePolicy:RolePolicy", policy).inputs["policy"])
    return {action for statement in document["Statement"] for action in statement["Action"]}


@pytest.mark.requirement("RPH-MON-04")
def test_maps_and_summaries_of_rapidphoto_are_asked_for_by_one_name() -> None:
    made = built("rapidphoto-prod")
    group = made.one(GROUP).inputs
    assert group["groupName"] == "rapid-photo-prod"
    assert group["filterExpression"] == f'service("{BACKEND}") OR service("rapid-photo-prod-image-processor")'
    assert group["insightsConfiguration"] == {"insightsEnabled": True}
    written = json.loads(made.one("ssm/parameter:Parameter", "inventory-monitoring").inputs["insecureValue"])
    assert written["tracing"] == {"group": "rapid-photo-prod", "sampling_rules": {"backend": BACKEND}}


@pytest.mark.requirement("RPH-MON-04")
def test_traces_begin_at_the_service_and_go_on_in_the_function() -> None:
    made = built("rapidphoto-prod")
    assert made.one("lambda/function:Function", "image-processor").inputs["tracingConfig"] == {"mode": "Active"}
    assert {"xray:PutTraceSegments", "xray:GetSamplingRules", "xray:GetSamplingTargets"} <= allowed(made, "backend-use")
    assert "xray:PutTraceSegments" in allowed(made, "image-processor-use")
    # Who samples says who it is by the name that the rule is for.
    rule = made.one(RULE).inputs
    assert rule["serviceName"] == rule["ruleName"] == BACKEND
    assert container(made)["AWS_XRAY_TRACING_NAME"] == container(made)["OTEL_SERVICE_NAME"] == BACKEND
    assert (rule["reservoirSize"], rule["fixedRate"]) == (1, 0.1)
    assert {rule[each] for each in ("host", "httpMethod", "urlPath", "serviceType", "resourceArn")} == {"*"}


def test_development_is_recorded_whole() -> None:
    made = built("rapidphoto-dev")
    assert made.one(RULE).inputs["fixedRate"] == 1
    assert made.one(GROUP).inputs["groupName"] == "rapid-photo-dev"


@pytest.mark.parametrize("name", UNTRACED)
def test_where_nothing_is_followed_there_is_nothing(name: str) -> None:
    assert not [each for each in built(name).resources if each.type.startswith("aws:xray/")]


def test_a_group_of_ones_own_and_no_rule_where_only_a_function_is_followed() -> None:
    changes: dict[str, Any] = {"filter": "responsetime > 2"}
    made = build(
        stack("rapidphoto-prod", monitoring__tracing=changes, services__backend__tracing=False), "rapidphoto-prod"
    )
    assert made.one(GROUP).inputs["filterExpression"] == "responsetime > 2"
    assert made.all(RULE) == []
    assert not [action for action in allowed(made, "backend-use") if action.startswith("xray:")]
    assert "OTEL_SERVICE_NAME" not in container(made)
