"""Each mandatory policy stops an unsafe edit of the stack file before anything is created."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.cloud import stack_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.cloud import Cloud

DATABASE = "aws:rds/instance:Instance::postgres"
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
CONTAINER = {"name": "backend", "image": "r@sha256:" + "0" * 64, "environment": [{"name": "API_KEY", "value": "k"}]}
PUBLIC = {"assign_public_ip": True, "subnets": ["subnet-0123456789abcdef0"], "security_groups": []}


def customized(resource: str, **properties: Any) -> dict[str, Any]:
    return {"customize": {resource: properties}}


# Production under names of its own: a copy with the same ones is refused before any policy is asked.
OWN_NAMES: dict[str, Any] = {
    "environment": "unsafe",
    "dns__names": {"unsafe.auterity.example.com": "load_balancer"},
    "services__backend__target_group": "unsafe-backend",
    "services__backend__image__repository": "unsafe-backend",
    "services__frontend__image__repository": "unsafe-frontend",
}
UNSAFE: dict[str, dict[str, Any]] = {
    "GRD-01": {"postgres__parameters": {"rds.force_ssl": "0"}},
    "GRD-02": customized(DATABASE, publicly_accessible=True),
    "GRD-03": {"postgres__backup_retention_days": 7},
    "GRD-04": customized(DATABASE, manage_master_user_password=None, password="correct-horse-battery"),
    "GRD-05": {"redis__nodes": 1, "redis__failover": False, "redis__multi_az": False},
    "GRD-07": customized("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock::uploads", block_public_acls=False),
    "GRD-08": customized(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::backend-to-postgres-in",
        referenced_security_group_id=None,
        cidr_ipv4="0.0.0.0/0",
    ),
    "GRD-11": customized(
        "aws:ecs/taskDefinition:TaskDefinition::backend",
        runtime_platform={"cpu_architecture": "ARM64", "operating_system_family": "LINUX"},
    ),
    "GRD-12": customized(
        "aws:ecs/taskDefinition:TaskDefinition::backend", container_definitions=json.dumps([CONTAINER])
    ),
    "GRD-13": customized("aws:iam/rolePolicy:RolePolicy::backend-use", policy=json.dumps(EVERYTHING)),
    "GRD-15": {"logs__retention_days": 7},
    "GRD-18": customized("pulumi:providers:aws::aws", default_tags={"tags": {"Owner": "platform"}}),
    "GRD-21": customized("aws:ecs/service:Service::backend", network_configuration=PUBLIC),
    "GRD-22": customized(
        "aws:ecs/service:Service::frontend", deployment_circuit_breaker={"enable": True, "rollback": False}
    ),
}


@pytest.fixture(scope="module", autouse=True)
def nothing_stays(cloud: Cloud) -> Iterator[None]:
    """The stack that never came to be is forgotten in the end."""
    yield
    if "unsafe" in cloud.stacks():
        cloud.down("unsafe")


@pytest.mark.parametrize("rule", [pytest.param(r, marks=pytest.mark.requirement(r)) for r in UNSAFE])
def test_an_unsafe_edit_is_stopped_with_nothing_created(cloud: Cloud, tmp_path: Path, rule: str) -> None:
    done = cloud.up(stack_file(tmp_path, "unsafe", **OWN_NAMES, **UNSAFE[rule]), accept=False)
    assert done.code != 0
    assert rule in done.output, done.output
    assert [each["type"] for each in cloud.state("unsafe").resources if each.get("custom")] == []


def test_a_sound_stack_file_breaks_no_rule(prod: Cloud) -> None:
    """So that the failures above are those of the edits: production's own file is accepted as it is."""
    done = prod.up("prod")
    assert "GRD-" not in done.output
