"""Networks: VPCs, subnets and what is known of their traffic (GRD-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies import documents
from policies.rule import CannotTell, Finding, Verdict, View, in_production, rule
from policies.subnets import way_out, why_public
from policies.values import UNKNOWN, Unknown, from_json, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

VPC: Final = ("aws:ec2/vpc:Vpc",)
SUBNET: Final = ("aws:ec2/subnet:Subnet",)
ENDPOINT: Final = ("aws:ec2/vpcEndpoint:VpcEndpoint",)
_FLOW_LOG: Final = ("aws:ec2/flowLog:FlowLog",)
_ENDPOINT_POLICY: Final = ("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",)
_WITHOUT_POLICY: Final = ("GatewayLoadBalancer", "Resource", "ServiceNetwork")
_DEVELOPMENT: Final = "development"
_UNTOLD: Final = frozenset({show(None), show(UNKNOWN)})  # AWS chooses, or the update will tell


@rule(
    "VPC-1",
    "Only public subnets hand out public addresses",
    types=SUBNET,
    severity=Severity.MEDIUM,
    reason="whatever is started in the subnet gets a public address that nobody asked for.",
    remedy="Set mapPublicIpOnLaunch to false; what needs a public address asks for one.",
    view=View.STACK,
)
def public_addresses(subnet: Resource, stack: Stack) -> Iterator[Verdict]:
    """A subnet whose route leads to an internet gateway is there for what is public, and is seen to be."""
    value = subnet.get("mapPublicIpOnLaunch")
    if way_out(subnet, stack):
        return
    if value is UNKNOWN:
        yield CannotTell(path="mapPublicIpOnLaunch")
    elif is_true(value):
        yield Finding(path="mapPublicIpOnLaunch", found="true, in a subnet without a route to an internet gateway")


@rule(
    "VPC-2",
    "Flow logs show who spoke to whom",
    types=VPC,
    severity=Severity.MEDIUM,
    reason="after an attack, or in the search for a lost connection, there is nothing else that tells.",
    remedy="Add aws.ec2.FlowLog with the VPC's vpcId and trafficType ALL, or at least REJECT.",
    view=View.STACK,
)
def flow_logs(vpc: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of the VPC, or of each of its subnets. In development it is said, and stops nothing."""
    subnets = stack.referrers(vpc, "vpcId", SUBNET)
    logged = [each for each in subnets if stack.referrers(each, "subnetId", _FLOW_LOG)]
    if stack.referrers(vpc, "vpcId", _FLOW_LOG) or (subnets and len(logged) == len(subnets)):
        return
    if vpc.tier is UNKNOWN:
        yield CannotTell(path="tags.Tier")
    else:
        yield Finding(path="aws.ec2.FlowLog", found="missing", advisory=vpc.tier == _DEVELOPMENT)


@rule(
    "VPC-4",
    "Production subnets lie in two zones",
    types=VPC,
    severity=Severity.MEDIUM,
    reason="with all subnets of a kind in one zone, its loss takes down whatever runs in them.",
    remedy="Add a subnet of that kind in a second zone (availabilityZone), "
    "or tag the stack with the Tier it is: staging or development.",
    view=View.STACK,
)
def two_zones(vpc: Resource, stack: Stack) -> Iterator[Verdict]:
    """Public and private subnets each; a VPC without subnets in this program is not judged."""
    kinds = _by_kind(vpc, stack)
    if kinds is None:
        yield CannotTell(path="aws.ec2.Subnet")
        return
    for kind, subnets in kinds.items():
        zones = [_zone(subnet) for subnet in subnets]
        if len(zones) > 1 and not _UNTOLD.isdisjoint(zones):
            yield from in_production(vpc, CannotTell(path=f"{kind} subnets", why="in zones that AWS chooses"))
        elif zones and len(set(zones)) == 1:
            names = ", ".join(subnet.name for subnet in subnets)
            yield from in_production(vpc, Finding(path=f"{kind} subnets", found=f"in one zone: {names}"))


def _zone(subnet: Resource) -> str:
    zone = subnet.get("availabilityZone")
    return show(subnet.get("availabilityZoneId") if zone is None else zone)


def _by_kind(vpc: Resource, stack: Stack) -> dict[str, list[Resource]] | None:
    """The VPC's subnets, public and private; None if it cannot be told of one."""
    kinds: dict[str, list[Resource]] = {"public": [], "private": []}
    for subnet in stack.referrers(vpc, "vpcId", SUBNET):
        why = why_public(subnet, stack)
        if isinstance(why, Unknown):
            return None
        kinds["public" if why else "private"].append(subnet)
    return kinds


@rule(
    "VPC-5",
    "Not everything lies in public subnets",
    types=VPC,
    severity=Severity.LOW,
    reason="where there is no private subnet, databases and services lie within reach of the internet.",
    remedy="Add subnets without a route to an internet gateway, and put what serves no browser there.",
    view=View.STACK,
)
def private_side(vpc: Resource, stack: Stack) -> Iterator[Verdict]:
    """A VPC of private subnets only is as it should be."""
    kinds = _by_kind(vpc, stack)
    if kinds is None:
        yield CannotTell(path="aws.ec2.Subnet")
    elif kinds["public"] and not kinds["private"]:
        names = ", ".join(subnet.name for subnet in kinds["public"])
        yield Finding(path="aws.ec2.Subnet", found=f"public only: {names}")


@rule(
    "VPC-7",
    "VPC endpoints have a policy",
    types=ENDPOINT,
    severity=Severity.LOW,
    reason="without one, whoever is in the VPC carries data to buckets and queues of any account.",
    remedy="Set policy to what the stack uses: its principals, actions and resources.",
    view=View.STACK,
    strict=True,
)
def endpoint_policy(endpoint: Resource, stack: Stack) -> Iterator[Verdict]:
    """Inline, or a resource of its own. AWS's default lets everybody do everything."""
    if endpoint.get("vpcEndpointType") in _WITHOUT_POLICY:
        return
    policies = [endpoint.get("policy")] if endpoint.is_set("policy") else []
    policies += [each.get("policy") for each in stack.referrers(endpoint, "vpcEndpointId", _ENDPOINT_POLICY)]
    if not policies:
        yield Finding(path="policy", found="not set")
    elif any(map(documents.is_unknown, map(from_json, policies))):
        yield CannotTell(path="policy")
    elif any(_allows_all(statement) for policy in policies for statement in documents.statements(policy)):
        yield Finding(path="policy", found="everything, for everybody")


def _allows_all(statement: dict[str, Any]) -> bool:
    return (
        statement.get("Effect") == "Allow"
        and not statement.get("Condition")
        and documents.is_everybody(statement.get("Principal"))
        and any(map(documents.is_everything, documents.texts(statement, "Action")))
        and any(map(documents.is_everything, documents.texts(statement, "Resource")))
    )
