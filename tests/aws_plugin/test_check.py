# ruff: noqa: E501 - a row a line, so that it reads as the table it is
"""What the plugin refuses at preview, and what it lets through, without a call to AWS."""

from __future__ import annotations

from typing import Any

import pytest

from local.aws_plugin import tables
from local.aws_plugin.catalog import Catalog
from local.aws_plugin.check import Settings, check
from local.aws_plugin.convert import Problem, matches
from local.aws_plugin.plan import Plan
from local.aws_plugin.values import UNKNOWN
from tests.aws_plugin.cases import CASES

MADE = {
    "id": "x-1", "arn": "arn:aws:elasticloadbalancing:us-west-2:000000000000:loadbalancer/app/made/1", "name": "made", "keyId": "k" * 36,
    "resourceId": "service/made/made", "bucket": "made", "key": "made.json",
}  # fmt: skip
# EFS looks at what ids are of.
IDS = {
    "file_system": "fs-0123456789abcdef0",
    "subnet": "subnet-01234567",
    "subnet_b": "subnet-89abcdef",
    "group": "sg-01234567",
}
# So do Lambda, ACM and CloudFront at ARNs.
ARNS = {
    "edge_function": "arn:aws:cloudfront::000000000000:function/made",
    "certificate": "arn:aws:acm:us-west-2:000000000000:certificate/made",
    "lambda_role": "arn:aws:iam::000000000000:role/made",
    "lambda_alias": "arn:aws:lambda:us-west-2:000000000000:function:made:live",
}
SETTINGS = Settings(region="us-west-2", default_tags={"Environment": "test"})


def made(name: str) -> dict[str, Any]:
    """Outputs of the resource that case `name` would make."""
    return MADE | {"id": IDS.get(name, MADE["id"]), "arn": ARNS.get(name, MADE["arn"])}


def inputs_of(case: str, **changes: Any) -> dict[str, Any]:
    """Good inputs of a case with some changed; None takes one away."""
    inputs = {**CASES[case].inputs(made, "name-1"), **changes}
    return {name: value for name, value in inputs.items() if value is not None}


def run(
    catalog: Catalog, case: str, olds: dict[str, Any] | None = None, **changes: Any
) -> tuple[dict[str, Any], list[Problem]]:
    plan = Plan(tables.RESOURCES[CASES[case].token], catalog)
    return check(plan, inputs_of(case, **changes), olds or {}, SETTINGS, urn_name="logical", seed=b"seed")


@pytest.mark.parametrize("case", CASES)
def test_good_inputs_pass(catalog: Catalog, case: str) -> None:
    assert run(catalog, case)[1] == []


@pytest.mark.parametrize("case", CASES)
def test_inputs_known_after_apply_pass(catalog: Catalog, case: str) -> None:
    plan = Plan(tables.RESOURCES[CASES[case].token], catalog)
    unknown = dict.fromkeys(inputs_of(case), UNKNOWN)
    assert check(plan, unknown, {}, SETTINGS, urn_name="logical", seed=b"seed")[1] == []


BAD = [
    # names and their limits
    ("alb", {"name": "a" * 33}, "name", "at most 32"),
    ("alb", {"name": "internal-web"}, "name", "internal-"),
    ("alb", {"name": "has_underscore"}, "name", "letters, digits and inner hyphens"),
    ("target_group", {"name": "auterity-target-group-of-production-green"}, "name", "at most 32"),
    ("db", {"identifier": "a" * 64}, "identifier", "at most 63"),
    ("db", {"identifier": "Upper"}, "identifier", "lower-case"),
    ("db", {"identifier": "ends-"}, "identifier", "hyphen"),
    ("db", {"identifier": "two--hyphens"}, "identifier", "single hyphens"),
    ("redis", {"replicationGroupId": "a" * 41}, "replicationGroupId", "at most 40"),
    ("bucket", {"bucket": "Upper"}, "bucket", "lower-case"),
    ("bucket", {"bucket": "10.0.0.1"}, "bucket", "3 to 63"),
    ("bucket", {"bucket": "ab"}, "bucket", "3 to 63"),
    ("role", {"name": "a" * 65}, "name", "64"),
    ("role", {"name": "has space"}, "name", "letters, digits"),
    ("group", {"description": "naïve"}, "description", "a description of a security group"),
    ("group", {"name": "sg-mine"}, "name", "no sg- first"),
    ("repository", {"name": "Upper"}, "name", "lower-case"),
    ("cluster", {"name": "has space"}, "name", "letters, digits"),
    ("alias", {"name": "alias/aws/mine"}, "name", "alias/"),
    ("parameter", {"name": "/aws/mine"}, "name", "aws or ssm"),
    # values
    ("vpc", {"cidrBlock": "10.0.0.0/8"}, "cidrBlock", "between /16 and /28"),
    ("subnet", {"cidrBlock": "10.0.0.0/30"}, "cidrBlock", "between /16 and /28"),
    ("log_group", {"retentionInDays": 31}, "retentionInDays", "offered"),
    ("db", {"backupRetentionPeriod": 36}, "backupRetentionPeriod", "0 to 35"),
    ("db", {"backupWindow": "3:00-4:00"}, "backupWindow", "HH:MM"),
    ("db", {"instanceClass": "t3.large"}, "instanceClass", "db.FAMILY.SIZE"),
    ("db", {"monitoringInterval": 7}, "monitoringInterval", "one of"),
    ("redis", {"nodeType": "t3.medium"}, "nodeType", "cache.FAMILY.SIZE"),
    ("redis", {"authToken": "short"}, "authToken", "16 to 128"),
    ("target_group", {"port": 0}, "port", "between 1 and 65535"),
    ("listener_rule", {"priority": 50001}, "priority", "between 1 and 50000"),
    ("ingress", {"fromPort": 70000}, "fromPort", "65535"),
    ("ingress", {"fromPort": 9000}, "fromPort", "above toPort"),
    ("ingress", {"ipProtocol": "http"}, "ipProtocol", "tcp, udp"),
    ("key", {"deletionWindowInDays": 3}, "deletionWindowInDays", "7 to 30"),
    ("secret", {"recoveryWindowInDays": 5}, "recoveryWindowInDays", "7 to 30"),
    ("task_definition", {"memory": "1000"}, "memory", "not offered with 2048"),
    ("task_definition", {"cpu": "300"}, "cpu", "not offered"),
    # botocore's models: enums, types, ranges, patterns
    ("target_group", {"targetType": "pod"}, "targetType", "known: alb, instance, ip, lambda"),
    ("web_acl", {"scope": "GLOBAL"}, "scope", "AWS's values"),
    ("repository", {"imageTagMutability": "NEVER"}, "imageTagMutability", "AWS's values"),
    ("alarm", {"comparisonOperator": "GreaterThan"}, "comparisonOperator", "GreaterThanThreshold"),
    ("alarm", {"evaluationPeriods": 0}, "evaluationPeriods", "at least 1"),
    ("service", {"deploymentConfiguration": {"strategy": "PURPLE"}}, "deploymentConfiguration.strategy", "BLUE_GREEN"),
    ("service", {"launchType": "LAPTOP"}, "launchType", "FARGATE"),
    ("scaling_target", {"serviceNamespace": "ec3"}, "serviceNamespace", "ec2"),
    ("versioning", {"versioningConfiguration": {"status": "On"}}, "versioningConfiguration.status", "Enabled"),
    ("role", {"maxSessionDuration": 60}, "maxSessionDuration", "3600 to 43200"),
    ("vpc", {"enableDnsSupport": "maybe"}, "enableDnsSupport", "true or false"),
    ("target_group", {"port": "eighty"}, "port", "whole number"),
    ("target_group", {"healthCheck": {"interval": 1.5}}, "healthCheck.interval", "whole number"),
    ("alb", {"subnets": "subnet-1"}, "subnets", "must be a list"),
    ("vpc", {"tags": "none"}, "tags", "must be a map"),
    ("task_definition", {"containerDefinitions": "{not json"}, "containerDefinitions", "cannot be read"),
    ("task_definition", {"containerDefinitions": '[{"name": "a", "image": "b", "prot": 1}]'}, "containerDefinitions[0].prot", "portMappings"),
    # what belongs together
    ("route", {"gatewayId": None}, "carrierGatewayId", "exactly one"),
    ("route", {"natGatewayId": "nat-1"}, "gatewayId", "exactly one"),
    ("ingress", {"cidrIpv4": "10.0.0.0/8"}, "cidrIpv4", "exactly one"),
    ("https", {"certificateArn": None}, "certificateArn", "required for protocol HTTPS"),
    ("listener", {"defaultActions": [{"type": "forward"}]}, "defaultActions[0]", "targetGroupArn or forward"),
    ("target_group", {"healthCheck": {"interval": 5, "timeout": 10}}, "healthCheck.timeout", "below the interval"),
    ("db", {"password": "long-enough", "manageMasterUserPassword": True}, "password", "cannot be set together"),
    ("db", {"maxAllocatedStorage": 50}, "maxAllocatedStorage", "below allocatedStorage"),
    ("db", {"monitoringRoleArn": None}, "monitoringRoleArn", "is required"),
    ("redis", {"transitEncryptionEnabled": False}, "authToken", "transitEncryptionEnabled"),
    ("redis", {"numCacheClusters": 1}, "numCacheClusters", "at least 2"),
    ("service", {"networkConfiguration": None}, "networkConfiguration", "required for FARGATE"),
    ("scaling_target", {"minCapacity": 11}, "minCapacity", "above maxCapacity"),
    ("scaling_policy", {"policyType": "TargetTrackingScaling"}, "targetTrackingScalingPolicyConfiguration", "is required"),
    # names of properties
    ("vpc", {"cidrBlok": "10.0.0.0/16"}, "cidrBlok", "did you mean `cidrBlock`"),
    ("role", {"region": "us-west-2"}, "region", "no such property"),
    ("target_group", {"healthCheck": {"pth": "/"}}, "healthCheck.pth", "did you mean `path`"),
    ("web_acl", {"defaultAction": {"alow": {}}}, "defaultAction.alow", "did you mean `allow`"),
    ("security_group_inline", {}, "ingress", "cannot set it"),
    ("task_definition", {"family": None}, "family", "is required"),
    ("listener_rule", {"actions": [{"targetGroupArn": "arn"}]}, "actions[0].type", "is required"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "changes", "path", "words"), BAD, ids=lambda value: str(value)[:40])
def test_bad_inputs_are_refused(catalog: Catalog, case: str, changes: dict[str, Any], path: str, words: str) -> None:
    if case == "security_group_inline":
        case, changes = "group", {"ingress": [{"fromPort": 1, "toPort": 1, "protocol": "tcp"}]}
    problems = run(catalog, case, **changes)[1]
    assert path in {problem.path for problem in problems}
    assert any(words in problem.text() for problem in problems if problem.path == path)


def test_a_secret_is_not_in_the_message(catalog: Catalog) -> None:
    problem = next(p for p in run(catalog, "redis", authToken="short_secret")[1] if p.path == "authToken")
    assert "short_secret" in problem.text()
    assert "short_secret" not in problem.text(secrets={"authToken"})


def test_defaults_and_tags_are_filled_in(catalog: Catalog) -> None:
    inputs = run(catalog, "vpc", tags={"Name": "a"})[0]
    assert inputs["enableDnsSupport"] is True
    assert inputs["tagsAll"] == {"Environment": "test", "Name": "a"}
    assert inputs["tags"] == {"Name": "a"}


def test_an_unknown_tag_makes_all_tags_unknown(catalog: Catalog) -> None:
    assert run(catalog, "vpc", tags={"Name": UNKNOWN})[0]["tagsAll"] is UNKNOWN


def test_a_missing_name_is_made_once(catalog: Catalog) -> None:
    first = run(catalog, "bucket", bucket=None)[0]
    assert first["bucket"].startswith("logical-")
    assert first["__defaults"] == ["bucket"]
    plan = Plan(tables.RESOURCES["aws:s3/bucket:Bucket"], catalog)
    again = check(plan, {}, first, SETTINGS, urn_name="logical", seed=b"another")[0]
    assert again["bucket"] == first["bucket"]


@pytest.mark.parametrize(
    ("pattern", "value", "good"),
    [
        (r"[\w+=,.@-]+", "a role", False),
        (r"[\w+=,.@-]+", "a-role", True),
        (r"^arn:", "arn:aws:iam::1:role/a", True),
        (r"[\u0009\u000A\u000D\u0020-\u007E]+", "two\nlines", True),
        (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", "Ünïcode 1", True),
        (r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", "semi;colon", False),
        (r"\p{Unknown}+", "anything passes where the pattern is not understood", True),
    ],
)
def test_patterns(pattern: str, value: str, *, good: bool) -> None:
    assert matches(pattern, value) is good
