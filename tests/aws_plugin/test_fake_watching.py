"""What the fakes of X-Ray and CloudWatch Synthetics refuse, as AWS does."""

from __future__ import annotations

from typing import Any

import pytest

from local.fakes.errors import ApiError
from local.fakes.server import Fakes

REGION = "us-west-2"
RULE = {
    "RuleName": "shop", "Priority": 1, "ReservoirSize": 1, "FixedRate": 0.05, "ServiceName": "shop",
    "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "ResourceARN": "*", "Version": 1,
}  # fmt: skip
CANARY: dict[str, Any] = {
    "Name": "shop",
    "Code": {"S3Bucket": "b", "S3Key": "k", "Handler": "canary.handler"},
    "ArtifactS3Location": "s3://b/runs/",
    "ExecutionRoleArn": "arn:aws:iam::000000000000:role/canary",
    "RuntimeVersion": "syn-python-selenium-14.0",
    "Schedule": {"Expression": "rate(5 minutes)"},
    "RunConfig": {"TimeoutInSeconds": 60, "EnvironmentVariables": {"URLS": "http://a/"}},
}


@pytest.fixture
def fakes() -> Fakes:
    return Fakes()


def xray(fakes: Fakes, name: str, **params: Any) -> dict[str, Any]:
    return fakes.call("xray", name, params, REGION)


def synthetics(fakes: Fakes, name: str, **params: Any) -> dict[str, Any]:
    return fakes.call("synthetics", name, {"Name": "shop", **params}, REGION)


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("CreateGroup", {"GroupName": "shop"}, "group shop already"),
        ("CreateGroup", {"GroupName": "Default"}, "already"),
        ("CreateGroup", {"GroupName": "other", "InsightsConfiguration": {"NotificationsEnabled": True}}, "insights"),
        ("GetGroup", {"GroupName": "other"}, "Group not found"),
        ("CreateSamplingRule", {"SamplingRule": RULE}, "rule shop already"),
        ("UpdateSamplingRule", {"SamplingRuleUpdate": {"RuleName": "other"}}, "does not exist"),
        ("TagResource", {"ResourceARN": "arn:aws:xray:us-west-2:0:group/none", "Tags": []}, "There is no"),
        ("PutTraceSegments", {"TraceSegmentDocuments": ["{}"]}, "has no PutTraceSegments"),
    ],
)
def test_x_ray_refuses(fakes: Fakes, name: str, params: dict[str, Any], says: str) -> None:
    xray(fakes, "CreateGroup", GroupName="shop")
    xray(fakes, "CreateSamplingRule", SamplingRule=RULE)
    with pytest.raises(ApiError, match=says):
        xray(fakes, name, **params)


def test_groups_and_rules_are_a_regions_own(fakes: Fakes) -> None:
    xray(fakes, "CreateSamplingRule", SamplingRule=RULE)
    assert fakes.call("xray", "GetSamplingRules", {}, "eu-north-1") == {"SamplingRuleRecords": []}
    fakes.call("xray", "CreateSamplingRule", {"SamplingRule": RULE}, "eu-north-1")


@pytest.mark.parametrize(
    ("name", "params", "says"),
    [
        ("CreateCanary", CANARY, "canary shop already"),
        ("CreateCanary", {**CANARY, "Name": "two", "Schedule": {"Expression": "every minute"}}, "no schedule"),
        ("CreateCanary", {**CANARY, "Name": "two", "Schedule": {"Expression": "rate(61 minutes)"}}, "more than 60"),
        ("CreateCanary", {**CANARY, "Name": "two", "Schedule": {"Expression": "rate(2 hour)"}}, "more than 60"),
        ("UpdateCanary", {"Schedule": {"Expression": "rate(1 minute)"}, "RunConfig": {"TimeoutInSeconds": 61}},
         "longer than from run to run"),
        ("StopCanary", {}, "is READY"),
        ("GetCanary", {"Name": "none"}, "no canary none"),
        ("GetCanaryRuns", {}, "has no GetCanaryRuns"),
    ],
)  # fmt: skip
def test_synthetics_refuses(fakes: Fakes, name: str, params: dict[str, Any], says: str) -> None:
    synthetics(fakes, "CreateCanary", **CANARY)
    with pytest.raises(ApiError, match=says):
        synthetics(fakes, name, **params)


def test_a_canary_is_stopped_before_it_is_deleted(fakes: Fakes) -> None:
    synthetics(fakes, "CreateCanary", **CANARY)
    synthetics(fakes, "StartCanary")
    with pytest.raises(ApiError, match="stop it first"):
        synthetics(fakes, "DeleteCanary")
    synthetics(fakes, "StopCanary")
    synthetics(fakes, "DeleteCanary")
    with pytest.raises(ApiError, match="no canary shop"):
        synthetics(fakes, "GetCanary")


def test_variables_and_the_place_of_the_program_are_not_told(fakes: Fakes) -> None:
    synthetics(fakes, "CreateCanary", **CANARY)
    found = synthetics(fakes, "GetCanary")["Canary"]
    assert "EnvironmentVariables" not in found["RunConfig"]
    assert "S3Key" not in found["Code"]
