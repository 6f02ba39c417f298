"""The network: zones, ranges, subnets."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settings import SettingsError
from settings.network.subnets import private_subnet, public_subnet, room
from tests.settings.examples import only_problem, prod

LETTERS = "abcdefghi"


def in_zones(number: int) -> dict[str, Any]:
    return {"plinth:network.availability_zones": [f"us-west-2{letter}" for letter in LETTERS[:number]]}


@st.composite
def ranges(draw: st.DrawFn) -> str:
    """Any private range from /16 to /20."""
    prefix = draw(st.integers(16, 20))
    second = draw(st.integers(0, 255))
    return str(IPv4Network((f"10.{second}.{draw(st.integers(0, 255))}.0", prefix), strict=False))


@pytest.mark.requirement("AUT-NET-02")
@pytest.mark.parametrize("zone", range(9))
def test_public_subnets_are_those_of_the_source(zone: int):
    assert public_subnet("10.0.0.0/16", zone) == f"10.0.{zone + 1}.0/24"


@pytest.mark.requirement("AUT-NET-03")
@pytest.mark.parametrize("zone", range(9))
def test_private_subnets_are_those_of_the_source(zone: int):
    assert private_subnet("10.0.0.0/16", zone) == f"10.0.{zone + 10}.0/24"


@pytest.mark.requirement("AUT-NET-02", "AUT-NET-03")
@given(ranges())
def test_subnets_lie_in_the_range_and_never_meet(cidr: str):
    zones = range(room(cidr))
    subnets = [IPv4Network(subnet(cidr, zone)) for zone in zones for subnet in (public_subnet, private_subnet)]
    assert all(subnet.subnet_of(IPv4Network(cidr)) for subnet in subnets)
    assert all(subnet.prefixlen == 24 for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@pytest.mark.requirement("AUT-NET-03", "AUT-NET-06")
@given(ranges(), st.integers(2, 9))
def test_a_range_is_taken_exactly_when_all_zones_fit(cidr: str, zones: int):
    changes = {"plinth:network.cidr": cidr, **in_zones(zones)}
    if zones <= room(cidr):
        assert prod(changes).network.cidr == cidr
    else:
        assert only_problem(changes).key == "plinth:network.cidr"
        with pytest.raises(ValueError, match="lies outside"):
            private_subnet(cidr, zones - 1)


@pytest.mark.requirement("AUT-NET-06")
@pytest.mark.parametrize("number", range(2, 10))
def test_two_to_nine_zones_are_possible(number: int):
    assert len(prod(in_zones(number)).network.availability_zones) == number


@pytest.mark.requirement("AUT-NET-06")
@pytest.mark.parametrize(
    ("zones", "words"),
    [
        ([], "There are too few zones"),
        (["us-west-2a"], "One zone is too few"),
        (["us-west-2a", "us-west-2a", "us-west-2b"], "us-west-2a is listed more than once"),
        (["us-west-2a", "us-east-1b"], "us-east-1b is not a zone of us-west-2"),
        (["us-west-2a", "b"], "'b' is not an availability zone"),
    ],
)
def test_zones_that_cannot_be(zones: list[str], words: str):
    problem = only_problem({"plinth:network.availability_zones": zones})
    assert problem.key.startswith("plinth:network.availability_zones")
    assert words in problem.found


@pytest.mark.parametrize(
    "cidr", ["10.0.0.0", "10.0.0.0/15", "10.0.0.0/21", "10.0.0.1/16", "8.8.0.0/16", "fd00::/16", "10.0.0/16", "", "ten"]
)
def test_ranges_that_cannot_be(cidr: str):
    problem = only_problem({"plinth:network.cidr": cidr})
    assert problem.key == "plinth:network.cidr"
    assert "10.0.0.0/16" in problem.remedy


def test_without_nat_gateways_tasks_need_endpoints():
    assert prod({"plinth:network.nat": "none"}).network.nat == "none"
    problem = only_problem({"plinth:network.nat": "none", "plinth:network.endpoints": ["s3", "logs"]})
    assert problem.key == "plinth:network.nat"
    assert "Add ecr and secretsmanager to plinth:network.endpoints" in problem.remedy


def test_the_certificate_is_of_the_stacks_region():
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/6f2f3c4d-8a51-4c39-9b1e-2d7f0a9c1e55"
    problem = only_problem({"plinth:load_balancer.certificate_arn": arn})
    assert "is in us-east-1, the stack in us-west-2" in problem.found


@pytest.mark.parametrize("arn", ["my-certificate", "arn:aws:iam::123456789012:server-certificate/x"])
def test_only_certificates_of_acm_are_taken(arn: str):
    with pytest.raises(SettingsError, match="is not the ARN of a certificate"):
        prod({"plinth:load_balancer.certificate_arn": arn})


def test_the_test_port_is_not_one_of_the_systems_own():
    assert only_problem({"plinth:load_balancer.test_port": 443}).found == "443 is taken."


@pytest.mark.parametrize("cidr", ["10.0.0.0", "10.0.0.0/33", "10.0.0.1/8", "office"])
def test_who_may_come_in_is_a_range(cidr: str):
    assert "is not an address range" in only_problem({"plinth:load_balancer.allowed_cidrs": [cidr]}).found
