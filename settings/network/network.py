"""The network: address range, zones, ways out."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from settings.network.subnets import LARGEST_VPC, MOST_ZONES, SMALLEST_VPC, room
from settings.problems import Problem, one_of
from settings.section import Section, by_tier, problem, rule
from settings.values import Many, Shaped, refuse

FEWEST_ZONES: Final = 2
NEEDED_ENDPOINTS: Final = ("s3", "ecr", "logs", "secretsmanager")
PRIVATE_RANGES: Final = tuple(IPv4Network(cidr) for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _vpc_cidr(value: str) -> str:
    remedy = "Set for example 10.0.0.0/16."
    try:
        network = IPv4Network(value)
    except ValueError:
        refuse(
            f"{value!r} is not an IPv4 address range.",
            "A range is the first address of a block and its prefix length.",
            remedy,
        )
    if "/" not in value or not LARGEST_VPC <= network.prefixlen <= SMALLEST_VPC:
        refuse(
            f"{value!r} is not the size of a VPC that Plinth lays out.",
            f"It runs from /{LARGEST_VPC} to /{SMALLEST_VPC}.",
            remedy,
            why="AWS allows no larger VPC, and each zone takes two /24 subnets.",
        )
    if not any(network.subnet_of(private) for private in PRIVATE_RANGES):
        refuse(
            f"{value!r} is not a private address range.",
            "A VPC's range lies in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
            remedy,
            why="Public addresses that belong to others could not be reached from inside it.",
        )
    return value


VpcCidr = Annotated[str, AfterValidator(_vpc_cidr)]
Zone = Annotated[
    str,
    Shaped(
        r"[a-z]{2}(-[a-z]+)+-\d[a-z]",
        "an availability zone",
        "A zone is a region and a letter.",
        "Set for example us-west-2a; 'aws ec2 describe-availability-zones' lists them.",
    ),
]
Endpoint = Literal["s3", "ecr", "logs", "secretsmanager", "ssm"]


class Network(Section):
    """The VPC, its subnets in each zone, and how traffic leaves it."""

    cidr: VpcCidr = "10.0.0.0/16"
    """Address range of the VPC, /16 to /20. Two stacks whose networks will ever be peered need ranges apart."""
    availability_zones: Many[Zone]
    """Zones of the stack's region, two to nine; each gets one public and one private subnet."""
    nat: Literal["none", "one", "per_zone"] = by_tier(production="per_zone", staging="one", development="one")
    """NAT gateways, by which private subnets reach the internet; about 33 USD a month each."""
    endpoints: Annotated[Many[Endpoint], Field(default=("s3",))]
    """AWS services reached without leaving the VPC. S3 is free; the others cost about 7 USD a month per zone."""
    acls: bool = False
    """Whether network ACLs stand beneath the security groups; private subnets then get only answers from outside."""
    flow_logs: bool = True
    """Whether the network's traffic is logged, and kept as long as `logs` says."""

    @rule
    def zones_can_be_laid_out(self, key: str) -> Iterator[Problem]:
        zones, key = self.availability_zones, f"{key}.availability_zones"
        if len(zones) > MOST_ZONES:
            yield problem(
                key,
                zones,
                f"{len(zones)} zones are too many.",
                f"At most {MOST_ZONES} are possible.",
                f"Remove {len(zones) - MOST_ZONES}; three are enough for nearly every system.",
                why="From the tenth on, the public subnets would run into the private ones.",
            )
        if len(zones) < FEWEST_ZONES:
            yield problem(
                key,
                zones,
                "There are too few zones." if not zones else "One zone is too few.",
                f"At least {FEWEST_ZONES} are needed.",
                "Add a zone. Whatever costs money can still run in one.",
                why="Load balancers and database subnet groups must span two.",
            )
        for zone in sorted({zone for zone in zones if zones.count(zone) > 1}):
            yield problem(
                key,
                zones,
                f"{zone} is listed more than once.",
                "Each zone is listed once.",
                "Remove the second one or name another zone.",
                why="Each gets its own subnets, named after it.",
            )

    @rule
    def zones_fit_the_range(self, key: str) -> Iterator[Problem]:
        possible, wanted = room(self.cidr), min(len(self.availability_zones), MOST_ZONES)
        if wanted > possible:
            yield problem(
                f"{key}.cidr",
                self.cidr,
                f"{self.cidr} does not fit {wanted} zones.",
                f"A /{IPv4Network(self.cidr).prefixlen} has room for {possible}.",
                "Take a larger range, e.g. a /16, or fewer zones.",
                why="Zone i, counted from 0, takes the /24 blocks i + 1 and i + 10 of the range.",
            )

    @rule
    def private_subnets_reach_aws(self, key: str) -> Iterator[Problem]:
        missing = [name for name in NEEDED_ENDPOINTS if name not in self.endpoints]
        if self.nat == "none" and missing:
            yield problem(
                f"{key}.nat",
                self.nat,
                "Without NAT gateways and these endpoints tasks cannot start.",
                f"With 'none', endpoints hold {one_of(NEEDED_ENDPOINTS, last='and')}.",
                f"Add {one_of(missing, last='and')} to {key}.endpoints, or set nat to 'one'.",
                why="Tasks pull their image, read secrets and write logs from private subnets.",
            )
