"""Names that two stacks cannot both have."""

from __future__ import annotations

from typing import Any

import pytest

from settings import load, load_file
from settings.collisions import collisions
from settings.names import FUNCTION
from settings.rules.naming import derived_names
from settings.stack_files import stack_files, stack_name
from tests.settings.examples import AUTERITY, ROOT, changed, prod


def keys(changes: dict[str, Any]) -> set[str]:
    """Where production collides with itself under changes."""
    found = collisions(prod(), {"Pulumi.other.yaml": prod(changes)})
    return {problem.key for problem in found}


def test_a_stack_beside_its_copy():
    found = list(collisions(prod(), {"Pulumi.copy.yaml": prod()}))
    assert {"plinth:buckets.uploads.name", "plinth:redis.identifier", "plinth:services.backend.image.repository"} <= {
        problem.key for problem in found
    }
    assert all("is also a name in Pulumi.copy.yaml." in problem.found for problem in found)


def test_environments_of_a_system_are_apart():
    repositories = {f"plinth:services.{name}.image.repository": f"other-{name}" for name in ("backend", "frontend")}
    groups = {"plinth:services.backend.target_group": "other"}
    dns = {"plinth:dns.names": {"other.auterity.example.com": "load_balancer"}}
    assert keys({"plinth:environment": "other", **repositories, **groups, **dns}) == set()


def test_another_region_has_names_of_its_own_but_for_roles_and_buckets():
    config = changed(
        AUTERITY["prod"],
        {
            "aws:region": "eu-west-1",
            "plinth:network.availability_zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
            "plinth:load_balancer.certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
        },
    )
    found = {each.key for each in collisions(prod(), {"Pulumi.other.yaml": load(config, root=ROOT)})}
    assert "plinth:buckets.uploads.name" in found
    assert "plinth:services.backend" in found  # its roles
    assert "plinth:redis.identifier" not in found
    assert "plinth:services.backend.image.repository" not in found


STACKS = {str(path.relative_to(ROOT)): load_file(path, root=ROOT) for path in stack_files(ROOT)}


@pytest.mark.parametrize("file", STACKS)
def test_all_stacks_of_the_project_may_share_an_account(file: str):
    name = stack_name(ROOT / file, ROOT)
    others = {other: stack for other, stack in STACKS.items() if stack_name(ROOT / other, ROOT) != name}
    assert [str(problem) for problem in collisions(STACKS[file], others)] == []


@pytest.mark.requirement("UTJ-DAT-02", "UTJ-NET-03")
def test_sites_and_names_of_a_distribution_are_the_worlds():
    club = load_file(ROOT / "systems/utjfc/Pulumi.prod.yaml", root=ROOT)
    found = {problem.key for problem in collisions(club, {"other": club})}
    assert {"plinth:sites.chat.bucket", "plinth:cdn"} <= found


def test_what_the_edge_is_made_of_is_the_accounts():
    """Two stacks of one system and environment, in two regions: CloudFront is nowhere, and has each name once."""
    club = load_file(ROOT / "systems/utjfc/Pulumi.prod.yaml", root=ROOT)
    elsewhere = club.model_copy(update={"region": "eu-west-1"})
    found = {problem.found for problem in collisions(club, {"other": elsewhere})}
    names = ("cdn-prod", "api-path-rewrite-prod", "cdn-logs-prod", "publication-prod")
    assert {f"'utjfc-{name}' is also a name in other." for name in names} <= found
    lambdas = [each for each in derived_names(club, "") if each.kind is FUNCTION]
    assert [each.name for each in lambdas] == ["utjfc-publication-prod"]


@pytest.mark.requirement("AUT-MAN-01")
def test_the_primary_and_the_secondary_of_a_name_may_both_have_it():
    pair = {"plinth:dns.failover": "primary"}, {"plinth:dns.failover": "secondary", "plinth:dns.zone_id": "Z0123456789"}
    first, second = (prod(changes) for changes in pair)
    name = "plinth:dns.names.auterity.example.com"
    assert name not in {problem.key for problem in collisions(first, {"other": second})}
    assert name in {problem.key for problem in collisions(first, {"other": first})}
