"""The whole: names that stay, tags, inventory, the escape hatch, and what is not imported."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from settings.inventory import Inventory
from tests.components.recording import ROOT, build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder

DATABASE = "aws:rds/instance:Instance::postgres"


@pytest.mark.requirement("AUT-SEC-14", "RPH-CFG-02", "GRD-18", "CHR-CST-01")
def test_everything_is_tagged_by_the_one_provider(prod: Recorder) -> None:
    providers = [resource for resource in prod.resources if resource.type == "pulumi:providers:aws"]
    assert len(providers) == 1
    tags: Any = providers[0].inputs["defaultTags"]
    tags = json.loads(tags) if isinstance(tags, str) else tags
    assert tags["tags"] == {
        "Owner": "platform",
        "CostCenter": "auterity",
        "Project": "auterity",
        "Environment": "production",
        "Stack": "prod",
        "Tier": "production",
        "ManagedBy": "pulumi",
    }


def test_the_inventory_says_what_operators_need(prod: Recorder) -> None:
    parameters = {each.inputs["name"]: each.inputs["insecureValue"] for each in prod.all("ssm/parameter:Parameter")}
    inventory = Inventory.read("prod", parameters)
    assert inventory.platform.cluster == "auterity-cluster-production"
    assert inventory.platform.load_balancer is not None
    assert inventory.platform.load_balancer.url == "https://alb.example"
    assert inventory.platform.postgres is not None
    assert inventory.platform.postgres.host == "db.example"
    assert inventory.platform.buckets["uploads"] == "auterity-uploads-production"
    assert set(inventory.services) == {"backend", "frontend"}
    backend = inventory.services["backend"]
    assert backend.name == "auterity-backend-production"
    assert (backend.strategy, backend.health_path) == ("blue_green", "/health")
    assert backend.tasks == {"migrate": "auterity-backend-migrate-production"}
    assert backend.alternate_target_group_arn


@pytest.mark.requirement("AUT-SEC-13", "GRD-12")
def test_no_secret_is_in_the_inventory(prod: Recorder) -> None:
    values = "".join(parameter.inputs["insecureValue"] for parameter in prod.all("ssm/parameter:Parameter"))
    for version in prod.all("secretsmanager/secretVersion:SecretVersion"):
        assert version.inputs["secretString"] not in values


def test_a_customization_sets_a_property_over_the_component(prod: Recorder) -> None:
    made = build(stack("prod", customize={DATABASE: {"ca_cert_identifier": "rds-ca-rsa2048-g1", "multi_az": False}}))
    changed = made.one("rds/instance:Instance").inputs
    assert changed["caCertIdentifier"] == "rds-ca-rsa2048-g1"
    assert changed["multiAz"] is False
    assert prod.one("rds/instance:Instance").inputs["multiAz"] is True
    assert changed["instanceClass"] == "db.t3.large"


def test_a_customization_of_nothing_is_refused_with_the_nearest() -> None:
    with pytest.raises(pulumi.RunError, match=r"aws:rds/instance:Instance::postgres") as refused:
        build(stack("prod", customize={"aws:rds/instance:Instance::postgress": {"multi_az": False}}))
    assert "plinth:customize.aws:rds/instance:Instance::postgress" in str(refused.value)


COSTLY = ("pulumi_aws.wafv2.web_acl", "pulumi_aws.cloudfront.distribution", "boto3", "pulumi_docker")


@pytest.mark.parametrize(("name", "paid"), [("prod", []), ("utjfc-prod", ["pulumi_aws.cloudfront.distribution"])])
def test_the_program_pays_for_no_bindings_that_it_does_not_use(name: str, paid: list[str]) -> None:
    code = (
        "import sys; from tests.components.recording import build; from tests.components.stacks import stack;"
        f"build(stack({name!r})); print([m for m in {COSTLY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(paid)
