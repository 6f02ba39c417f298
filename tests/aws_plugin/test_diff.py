# ruff: noqa: E501 - a row a line, so that it reads as the table it is
"""What counts as a change, and which changes replace a resource."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.aws_plugin import tables
from local.aws_plugin.catalog import Catalog
from local.aws_plugin.diff import Change, diff, equal, same_json
from local.aws_plugin.plan import Plan
from local.aws_plugin.tables.compute import same_containers
from local.aws_plugin.values import UNKNOWN, decode, encode


def changes(catalog: Catalog, token: str, olds: dict[str, Any], news: dict[str, Any]) -> list[Change]:
    return diff(Plan(tables.RESOURCES[token], catalog), olds, news)


REPLACING = [
    ("aws:ec2/vpc:Vpc", "cidrBlock"),
    ("aws:ec2/subnet:Subnet", "availabilityZone"),
    ("aws:ec2/securityGroup:SecurityGroup", "description"),
    ("aws:lb/targetGroup:TargetGroup", "port"),
    ("aws:lb/loadBalancer:LoadBalancer", "internal"),
    ("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions"),
    ("aws:ecs/service:Service", "launchType"),
    ("aws:rds/instance:Instance", "storageEncrypted"),
    ("aws:rds/instance:Instance", "identifier"),
    ("aws:rds/parameterGroup:ParameterGroup", "family"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "atRestEncryptionEnabled"),
    ("aws:s3/bucket:Bucket", "bucket"),
    ("aws:s3/bucketPolicy:BucketPolicy", "bucket"),
    ("aws:secretsmanager/secretVersion:SecretVersion", "secretString"),
    ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn"),
    ("aws:ecr/repository:Repository", "encryptionConfigurations"),
]
UPDATING = [
    ("aws:ec2/vpc:Vpc", "enableDnsHostnames"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds"),
    ("aws:lb/targetGroup:TargetGroup", "healthCheck"),
    ("aws:lb/listenerRule:ListenerRule", "priority"),
    ("aws:ecs/service:Service", "taskDefinition"),
    ("aws:ecs/service:Service", "deploymentConfiguration"),
    ("aws:rds/instance:Instance", "instanceClass"),
    ("aws:rds/instance:Instance", "deletionProtection"),
    ("aws:rds/instance:Instance", "skipFinalSnapshot"),
    ("aws:elasticache/replicationGroup:ReplicationGroup", "numCacheClusters"),
    ("aws:s3/bucketPolicy:BucketPolicy", "policy"),
    ("aws:iam/role:Role", "assumeRolePolicy"),
    ("aws:ecr/repository:Repository", "imageTagMutability"),
    ("aws:cloudwatch/logGroup:LogGroup", "retentionInDays"),
    ("aws:wafv2/webAcl:WebAcl", "rules"),
]


@pytest.mark.parametrize(("token", "name"), REPLACING)
def test_replacing(catalog: Catalog, token: str, name: str) -> None:
    assert [c.replaces for c in changes(catalog, token, {name: "a"}, {name: "b"})] == [True]


@pytest.mark.parametrize(("token", "name"), UPDATING)
def test_updating(catalog: Catalog, token: str, name: str) -> None:
    assert [c.replaces for c in changes(catalog, token, {name: "a"}, {name: "b"})] == [False]


def test_a_value_known_after_apply_is_a_change(catalog: Catalog) -> None:
    assert changes(catalog, "aws:ec2/subnet:Subnet", {"vpcId": "vpc-1"}, {"vpcId": UNKNOWN}) == [
        Change("vpcId", "update", replaces=True)
    ]


def test_paths_lead_to_what_changed(catalog: Catalog) -> None:
    olds = {"healthCheck": {"path": "/", "interval": 15}, "tags": {"Name": "a", "odd key": "b"}}
    news = {"healthCheck": {"path": "/health", "interval": 15}, "tags": {"Name": "a"}}
    assert changes(catalog, "aws:lb/targetGroup:TargetGroup", olds, news) == [
        Change("healthCheck.path", "update", replaces=False),
        Change('tags["odd key"]', "delete", replaces=False),
    ]


def test_policies_are_compared_by_meaning() -> None:
    old = '{"Version": "2012-10-17", "Statement": [{"Action": ["s3:Get", "s3:Put"], "Effect": "Allow"}]}'
    new = {"Statement": {"Effect": "Allow", "Action": ["s3:Put", "s3:Get"]}, "Version": "2012-10-17"}
    assert same_json(old, new)
    assert not same_json(old, old.replace("Put", "Delete"))


def test_container_definitions_are_compared_with_what_ecs_fills_in() -> None:
    old = [{"name": "web", "image": "a", "portMappings": [{"containerPort": 80}], "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]}]  # fmt: skip
    new = [{
        "name": "web", "image": "a", "cpu": 0, "essential": True, "mountPoints": [], "volumesFrom": [], "systemControls": [],
        "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}],
        "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
    }]  # fmt: skip
    assert same_containers(json.dumps(old), json.dumps(new))
    new[0]["image"] = "b"
    assert not same_containers(json.dumps(old), json.dumps(new))


PLAIN = st.recursive(
    st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_a_value_equals_itself(value: Any) -> None:
    assert equal(value, value)


@given(values=st.dictionaries(st.text(max_size=6), PLAIN, max_size=5), secret=st.booleans())
def test_the_wire_keeps_values_and_secrets(values: dict[str, Any], *, secret: bool) -> None:
    values = {f"p{name}": value for name, value in values.items()}
    names = set(values) if secret else set()
    found = decode(encode(values, names))
    assert found.values == values
    assert found.secrets == names


def test_the_wire_keeps_unknowns() -> None:
    assert decode(encode({"a": UNKNOWN, "b": {"c": [UNKNOWN]}, "d": None})).values == {
        "a": UNKNOWN,
        "b": {"c": [UNKNOWN]},
    }
