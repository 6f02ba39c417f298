"""Which subnets are public.

AWS calls a subnet public if its route table has a route to an internet gateway
(https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html#subnet-types); one that hands out public
addresses is meant to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from policies.rule import CannotTell, Finding, Verdict
from policies.values import UNKNOWN, Unknown, at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from policies.model import Resource, Stack

_DEFAULT_SUBNET: Final = "aws:ec2/defaultSubnet:DefaultSubnet"
SUBNETS: Final = ("aws:ec2/subnet:Subnet", _DEFAULT_SUBNET)
_GATEWAY: Final = ("aws:ec2/internetGateway:InternetGateway",)
_ASSOCIATION: Final = ("aws:ec2/routeTableAssociation:RouteTableAssociation",)
_MAIN: Final = ("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",)
_DEFAULT_TABLE: Final = ("aws:ec2/defaultRouteTable:DefaultRouteTable",)
ROUTE_TABLES: Final = ("aws:ec2/routeTable:RouteTable", *_DEFAULT_TABLE)
VPCS: Final = ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc")
ROUTES: Final = ("aws:ec2/route:Route",)
# What may lead to the internet, directly or by way of a firewall.
_WAYS_OUT: Final = ("gatewayId", "vpcEndpointId", "networkInterfaceId", "transitGatewayId")


def expect_private(resource: Resource, stack: Stack, path: str, change: str = "") -> Iterator[Verdict]:
    """Judge the subnets that a property of a resource names, each by its routes."""
    name = path.split(".", maxsplit=1)[0]
    subnets = stack.links(resource, name, SUBNETS)
    if not subnets and resource.is_set(path):
        yield CannotTell(path=path, why="of subnets that are not in this program")
    for subnet in subnets:
        why = why_public(subnet, stack)
        if isinstance(why, Unknown):
            yield CannotTell(path=path)
        elif why:
            yield Finding(path=path, found=f"in public subnet {subnet.name} ({why})", change=change)


def expect_private_group(
    resource: Resource,
    stack: Stack,
    name: str,
    types: Collection[str],
    change: str = "",
) -> Iterator[Verdict]:
    """Judge the subnet group that a property names. Without one AWS takes the default VPC's, which are public."""
    if not resource.is_set(name):
        yield Finding(path=name, found="not set: AWS takes the default VPC's public subnets", change=change)
        return
    groups = stack.links(resource, name, types)
    if not groups:
        yield CannotTell(path=name, why="a group that is not in this program")
    for group in groups:
        for verdict in expect_private(group, stack, "subnetIds", change):
            match verdict:
                case Finding():
                    yield Finding(path=name, found=f"{group.name}, {verdict.found}", change=change)
                case CannotTell():
                    yield CannotTell(path=f"{group.name}.{verdict.path}", why=verdict.why)


def why_public(subnet: Resource, stack: Stack) -> str | Unknown | None:
    """What makes a subnet public, or None if nothing does."""
    on_launch = subnet.get("mapPublicIpOnLaunch")
    if on_launch is True or (subnet.type == _DEFAULT_SUBNET and on_launch is None):
        return "it hands out public addresses: mapPublicIpOnLaunch"
    return way_out(subnet, stack) or (UNKNOWN if on_launch is UNKNOWN else None)


def way_out(subnet: Resource, stack: Stack) -> str | None:
    """The route by which a subnet leads to an internet gateway, or None."""
    for table in _tables(subnet, stack):
        for route in stack.referrers(table, "routeTableId", ROUTES):
            if stack.links(route, "gatewayId", _GATEWAY) or _is_gateway(route.get("gatewayId")):
                return f"route {route.name} leads to an internet gateway"
        if stack.links(table, "routes", _GATEWAY) or any(
            _is_gateway(at(route, "gatewayId")) for route in table.items("routes")
        ):
            return f"route table {table.name} leads to an internet gateway"
    return None


def is_cut_off(subnet: Resource, stack: Stack) -> bool:
    """Whether the program shows that no internet gateway reaches a subnet: it has all routes, and none is to one."""
    tables = _tables(subnet, stack)
    own = stack.referrers(subnet, "subnetId", _ASSOCIATION)
    if len(tables) < max(len(own), 1) or subnet.type == _DEFAULT_SUBNET or subnet.get("mapPublicIpOnLaunch") is UNKNOWN:
        return False
    written = (stack.referrers(table, "routeTableId", ROUTES) for table in tables)
    separate = [route.get(target) for routes in written for route in routes for target in _WAYS_OUT]
    inline = [at(route, target) for table in tables for route in table.items("routes") for target in _WAYS_OUT]
    return not any(separate) and not any(inline)


def _tables(subnet: Resource, stack: Stack) -> list[Resource]:
    """The subnet's own route table, else the main one of its VPC."""
    associations = stack.referrers(subnet, "subnetId", _ASSOCIATION)
    if associations:
        return [table for each in associations for table in stack.links(each, "routeTableId", ROUTE_TABLES)]
    tables: list[Resource] = []
    for vpc in stack.links(subnet, "vpcId", VPCS):
        mains = stack.referrers(vpc, "vpcId", _MAIN)
        tables += [table for main in mains for table in stack.links(main, "routeTableId", ROUTE_TABLES)]
        tables += stack.referrers(vpc, "defaultRouteTableId", _DEFAULT_TABLE)
    return tables


def _is_gateway(value: object) -> bool:
    return isinstance(value, str) and value.startswith("igw-")
