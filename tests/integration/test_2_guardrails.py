"""Mandatory policies stop unsafe edits of the stack file before anything is created."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.cloud import stack_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.cloud import Cloud

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
CONTAINER = {"name": "backend", "image": "r@sha256:" + "0" * 64, "environment": [{"name": "API_KEY", "value": "k"}]}
PUBLIC = {"assign_public_ip": True, "subnets": ["subnet-0123456789abcdef0"], "security_groups": []}


# Production under names of its own: a copy with the same ones is refused before any policy is asked.
OWN_NAMES: dict[str, Any] = {
    "environment": "unsafe",
    "dns__names": {"unsafe.auterity.example.com": "load_balancer"},
    "services__backend__target_group": "unsafe-backend",
    "services__backend__image__repository": "unsafe-backend",
    "services__frontend__image__repository": "unsafe-frontend",
}
DATABASE = "aws:rds/instance:Instance::postgres"
TASK = "aws:ecs/taskDefinition:TaskDefinition::backend"
FROM_POSTGRES = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::backend-to-postgres-in"
EDITS: dict[str, Any] = {
    "postgres__parameters": {"rds.force_ssl": "0"},
    "postgres__backup_retention_days": 7,
    "redis__nodes": 1,
    "redis__failover": False,
    "redis__multi_az": False,
    "logs__retention_days": 7,
    "customize": {
        DATABASE: {
            "publicly_accessible": True,
            "manage_master_user_password": None,
            "password": "correct-horse-battery",
        },
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock::uploads": {"block_public_acls": False},
        FROM_POSTGRES: {"referenced_security_group_id": None, "cidr_ipv4": "0.0.0.0/0"},
        TASK: {
            "runtime_platform": {"cpu_architecture": "ARM64", "operating_system_family": "LINUX"},
            "container_definitions": json.dumps([CONTAINER]),
        },
        "aws:iam/rolePolicy:RolePolicy::backend-use": {"policy": json.dumps(EVERYTHING)},
        "pulumi:providers:aws::aws": {"default_tags": {"tags": {"Owner": "platform"}}},
        "aws:ecs/service:Service::backend": {"network_configuration": PUBLIC},
        "aws:ecs/service:Service::frontend": {"deployment_circuit_breaker": {"enable": True, "rollback": False}},
    },
}
"""Changes of production's stack file, each of which would be enough to stop it."""
STOPPED = {
    "GRD-01": ("rds-3-ssl-forced", "postgres"),
    "GRD-02": ("rds-2-not-public", "postgres"),
    "GRD-03": ("rds-4-backup-retention", "postgres"),
    "GRD-04": ("rds-9-password-not-literal", "postgres"),
    "GRD-05": ("ech-4-failover", "redis"),
    "GRD-07": ("s3-1-public-access-block", "uploads"),
    "GRD-08": ("sg-3-world-data-ports", "backend-to-postgres-in"),
    "GRD-11": ("ecs-8-runtime-platform", "backend"),
    "GRD-12": ("ecs-5-plain-secrets", "backend"),
    "GRD-13": ("iam-1-no-star-on-star", "backend-use"),
    "GRD-15": ("log-1-retention", "cluster-logs"),
    "GRD-18": ("tag-1-required-tags", "network-vpc"),
    "GRD-21": ("ecs-1-no-public-ip", "backend"),
    "GRD-22": ("ecs-13-rollback", "frontend"),
}
"""The rule of each guardrail that stops them, and the resource in which it finds the flaw."""


@pytest.fixture(scope="module")
def refused(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What `make up` says to all of them at once; the stack that never came to be is forgotten in the end."""
    done = cloud.up(stack_file(tmp_path_factory.mktemp("unsafe"), "unsafe", **OWN_NAMES, **EDITS), accept=False)
    assert done.code != 0
    yield done.output
    if "unsafe" in cloud.stacks():
        cloud.down("unsafe")


@pytest.mark.parametrize("guardrail", [pytest.param(each, marks=pytest.mark.requirement(each)) for each in STOPPED])
def test_an_unsafe_edit_is_stopped_by_its_rule(refused: str, guardrail: str) -> None:
    rule, resource = STOPPED[guardrail]
    found = re.findall(r"\[mandatory\].*  (\S+)  \(\S+ (\S+)\)", refused)
    assert (rule, resource) in found, refused


def test_nothing_was_created(cloud: Cloud, refused: str) -> None:
    assert "Policies:" in refused
    assert [each["type"] for each in cloud.state("unsafe").resources if each.get("custom")] == []


def test_a_sound_stack_file_breaks_no_rule(prod: Cloud) -> None:
    """So that the failures above are those of the edits: production's own file is accepted, with what it exempts."""
    done = prod.up("prod")
    assert "[mandatory]" not in done.output
    assert "RDS-7 for *::postgres until 2027-06-30" in done.output
