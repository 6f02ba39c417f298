"""What a network lets through beneath the security groups: network ACLs, and routes to other VPCs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.ingress import is_wide, is_wider
from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.subnets import ROUTE_TABLES, ROUTES
from policies.values import UNKNOWN, at, is_true, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
ENTRY: Final = "aws:ec2/networkAclRule:NetworkAclRule"
_ADMIN: Final = {22: "SSH", 3389: "RDP"}
_EVERYTHING: Final = ("-1", "all")
_TCP: Final = ("tcp", "6")
_EPHEMERAL: Final = (1024, 60999)  # ports that answers come back to: ACLs know no connections, and must let them in
# The widest block that a VPC can have: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html, 2026-11.
_WIDEST_VPC: Final = {4: 16, 6: 44}


@dataclass(frozen=True)
class _Entry:
    """A line of a network ACL, of those that are about what comes in."""

    path: str
    number: Any
    action: Any
    protocol: Any
    first: Any
    last: Any
    addresses: tuple[Any, ...]

    @property
    def world(self) -> list[str]:
        return [address for address in self.addresses if is_wide(address)]

    def covers(self, port: int) -> bool:
        protocol = show(self.protocol).lower()
        if protocol in _EVERYTHING:
            return True
        if protocol not in _TCP or not isinstance(self.first, int | float) or not isinstance(self.last, int | float):
            return False
        answers = self.first >= _EPHEMERAL[0] and self.last >= _EPHEMERAL[1]
        return self.first <= port <= self.last and not (answers and self.action == "allow")

    @property
    def is_unknown(self) -> bool:
        values = (self.action, self.protocol, self.first, self.last, *self.addresses)
        return UNKNOWN in values and self.action in ("allow", UNKNOWN)


@rule(
    "VPC-3",
    "Network ACLs do not let the internet in to SSH and RDP",
    types=(ACL, ENTRY),
    severity=Severity.MEDIUM,
    reason="an ACL is the second layer, for the day on which a security group is opened by mistake.",
    remedy="Let in what is meant: 80 and 443 from the internet, answers to ports from 1024 to 65535, "
    "and all of the VPC's own addresses.",
    view=View.STACK,
)
def acl_closed(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """All protocols, or a port of administration; not the whole range of ports that answers come back to.

    An entry with a lower number that denies the same comes first, inline or by itself.
    """
    own = _entries(resource)
    acls = [resource] if resource.type == ACL else stack.links(resource, "networkAclId", (ACL,))
    lines = [line for acl in acls for line in (acl, *stack.referrers(acl, "networkAclId", (ENTRY,)))]
    around = [entry for line in lines for entry in _entries(line)]
    for entry in own:
        if entry.is_unknown:
            yield CannotTell(path=entry.path)
            continue
        opened = [
            f"{name} ({port})"
            for port, name in _ADMIN.items()
            if entry.action == "allow" and entry.covers(port) and not any(_denies(each, entry, port) for each in around)
        ]
        if entry.world and opened:
            everything = show(entry.protocol).lower() in _EVERYTHING
            what = "all protocols" if everything else ", ".join(opened)
            yield Finding(path=entry.path, found=f"{', '.join(entry.world)} for {what}")


def _denies(before: _Entry, entry: _Entry, port: int) -> bool:
    """Whether a line before another denies to the internet what that one allows."""
    numbers = (before.number, entry.number)
    first = all(isinstance(number, int | float) for number in numbers) and before.number < entry.number
    return first and before.action == "deny" and before.covers(port) and set(before.world) >= set(entry.world)


def _entries(resource: Resource) -> list[_Entry]:
    if resource.type == ENTRY:
        return [] if is_true(resource.get("egress")) else [_entry("", resource.properties, "ruleNumber", "ruleAction")]
    return [
        _entry(f"ingress.{index}.", block, "ruleNo", "action") for index, block in enumerate(resource.items("ingress"))
    ]


def _entry(prefix: str, block: Any, number: str, action: str) -> _Entry:
    names = ("cidrBlock", "ipv6CidrBlock")
    used = next((name for name in names if at(block, name) not in (None, "")), names[0])
    return _Entry(
        path=prefix + used,
        number=at(block, number),
        action=at(block, action),
        protocol=at(block, "protocol"),
        first=at(block, "fromPort"),
        last=at(block, "toPort"),
        addresses=tuple(at(block, name) for name in names),
    )


@rule(
    "VPC-6",
    "Routes to a peer lead to the peer only",
    types=ROUTES,
    severity=Severity.MEDIUM,
    reason="traffic for other networks, or for the internet, ends up with the peer's owner.",
    remedy="Set destinationCidrBlock to the peer's addresses, or to those of its subnets that are used.",
)
def peering(route: Resource) -> Iterator[Verdict]:
    """Wider than any VPC can be."""
    if route.is_set("vpcPeeringConnectionId"):
        for path in ("destinationCidrBlock", "destinationIpv6CidrBlock"):
            yield from _narrow(path, route.get(path))


@rule(
    "VPC-6",
    "Routes of a table to a peer lead to the peer only",
    types=ROUTE_TABLES,
    severity=Severity.MEDIUM,
    reason="traffic for other networks, or for the internet, ends up with the peer's owner.",
    remedy="Set cidrBlock to the peer's addresses, or to those of its subnets that are used.",
)
def inline_peering(table: Resource) -> Iterator[Verdict]:
    """Wider than any VPC can be."""
    for index, each in enumerate(table.items("routes")):
        if each is not UNKNOWN and at(each, "vpcPeeringConnectionId") not in (None, ""):
            for name in ("cidrBlock", "ipv6CidrBlock"):
                yield from _narrow(f"routes.{index}.{name}", at(each, name))


def _narrow(path: str, block: Any) -> Iterator[Verdict]:
    if block is UNKNOWN:
        yield CannotTell(path=path)
    elif is_wider(block, _WIDEST_VPC):
        yield Finding(path=path, found=f"{show(block)}, wider than any VPC")
