"""What botocore's clients send, the fakes read; what the fakes answer, botocore's clients read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import botocore.session
import pytest
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from local.fakes.protocols import WIRES, Request
from local.fakes.server import Fakes

SESSION = botocore.session.Session()
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RULE = {
    "RuleName": "a", "Priority": 1, "FixedRate": 0.1, "ReservoirSize": 1, "ServiceName": "*", "ServiceType": "*",
    "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, "ResourceARN": "*",
}  # fmt: skip


def _request(service: str, operation: str, params: dict[str, Any]) -> Request:
    model = SESSION.get_service_model(service)
    sent = create_serializer(model.resolved_protocol).serialize_to_request(params, model.operation_model(operation))
    body, query = sent["body"], sent.get("query_string") or ""
    body = urlencode(body).encode() if isinstance(body, dict) else body
    query = urlencode(query, doseq=True) if isinstance(query, dict) else query
    headers = {name.lower(): value for name, value in sent["headers"].items()}
    return Request(sent["method"], sent["url_path"].partition("?")[0], query, headers, body)


@pytest.mark.parametrize(
    ("service", "operation", "params"),
    [
        ("application-autoscaling", "DescribeScalableTargets", {"ServiceNamespace": "ecs", "ResourceIds": ["a"]}),
        (
            "elasticbeanstalk",
            "CreateEnvironment",
            {
                "ApplicationName": "shop",
                "EnvironmentName": "shop-prod",
                "Tier": {"Name": "WebServer"},
                "OptionSettings": [{"Namespace": "n", "OptionName": "o", "Value": ""}] * 11,
            },
        ),
        ("elasticbeanstalk", "DescribeEnvironments", {"EnvironmentIds": [], "IncludeDeleted": True, "MaxRecords": 3}),
        ("xray", "CreateSamplingRule", {"SamplingRule": RULE, "Tags": []}),
        ("synthetics", "DeleteCanary", {"Name": "a b", "DeleteLambda": True}),
        ("synthetics", "TagResource", {"ResourceArn": "arn:aws:x:y/z", "Tags": {"a": "b"}}),
    ],
)
def test_a_request_arrives_as_it_was_sent(service: str, operation: str, params: dict[str, Any]) -> None:
    model = SESSION.get_service_model(service)
    request = _request(service, operation, params)
    assert WIRES[model.resolved_protocol].read(model, request) == (operation, params)


@pytest.mark.parametrize(
    ("service", "operation", "result"),
    [
        (
            "elasticbeanstalk",
            "DescribeEnvironmentHealth",
            {"Causes": ["a", "b"], "ApplicationMetrics": {"Latency": {"P50": 1.5}}, "RefreshedAt": NOW},
        ),
        ("elasticbeanstalk", "TerminateEnvironment", {"EnvironmentName": "x", "AbortableOperationInProgress": False}),
        ("xray", "GetSamplingRules", {"SamplingRuleRecords": [{"CreatedAt": NOW, "SamplingRule": RULE}]}),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_it_was_given(service: str, operation: str, result: dict[str, Any]) -> None:
    model = SESSION.get_service_model(service)
    asked = model.operation_model(operation)
    assert asked.output_shape is not None
    reply = WIRES[model.resolved_protocol].answer(asked, result)
    response = {"body": reply.body, "headers": reply.headers, "status_code": reply.status}
    found = create_parser(model.resolved_protocol).parse(response, asked.output_shape)
    found.pop("ResponseMetadata")
    assert found == result


def test_what_no_fake_serves_is_refused() -> None:
    signed = {"authorization": "AWS4-HMAC-SHA256 Credential=test/20260102/us-west-2/gamelift/aws4_request, x"}
    reply = Fakes().answer(Request("POST", "/", "", signed, b"{}"))
    assert reply.status == 400
    assert b"no fake serves gamelift" in reply.body
