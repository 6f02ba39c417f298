"""Ways in from the internet that are not there yet."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from scripts.gate.change import CannotTell, Change, State
from scripts.gate.preview import Preview
from scripts.gate.risks.risk import Harm, Risk, number
from scripts.gate.values import UNKNOWN, items

GROUPS: Final = ("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OLD_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
ALL_PROTOCOLS: Final = "-1"
ALL_PORTS: Final = (0, 65_535)
# A network wider than this holds addresses of the internet: 10.0.0.0/8 and fc00::/7 are the widest private ones. So
# halves of the internet are seen as what they are.
WIDEST_PRIVATE: Final = {4: 8, 6: 7}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Opening:
    """A way in from the internet: into which group, over what, from where."""

    group: str
    protocol: str
    ports: tuple[int, int]
    network: Network

    def is_within(self, other: Opening) -> bool:
        """Whether the other one lets in all that this one does."""
        return (
            self.group == other.group
            and other.protocol in (ALL_PROTOCOLS, self.protocol)
            and other.ports[0] <= self.ports[0]
            and self.ports[1] <= other.ports[1]
            and self.network.version == other.network.version
            and self.network.subnet_of(other.network)  # type: ignore[arg-type] # of one version
        )

    def __str__(self) -> str:
        first, last = self.ports
        ports = (
            "all ports" if self.ports == ALL_PORTS else f"port {first}" if first == last else f"ports {first}-{last}"
        )
        protocol = "" if self.protocol == ALL_PROTOCOLS else f" ({self.protocol})"
        return f"{ports}{protocol} to {self.network}"


def opened_to_the_internet(change: Change, preview: Preview) -> Iterator[Harm]:
    """A security group that exists lets in more of the internet. A new group is for the policy pack to judge."""
    if change.operation == "delete":
        return
    for path, opening in _openings(change, change.new):
        if not any(opening.is_within(known) for other in preview.changes for known in openings(other, other.old)):
            yield Harm(f"opens {opening}", path)


def openings(change: Change, state: State) -> list[Opening]:
    """The ways in from the internet that one resource, as it is or would be, makes."""
    try:
        return [opening for _, opening in _openings(change, state)]
    except CannotTell:
        return []


def _openings(change: Change, state: State) -> Iterator[tuple[str, Opening]]:
    """What is known of them, with the property; then CannotTell, if anything is not."""
    inputs, untold = state.inputs, ""
    rules: list[tuple[str, str, Any]] = []
    if change.type in GROUPS and change.old.id:
        # A replaced group goes by the id it has now: what it lets in is compared, not that it is another.
        inline = inputs.get("ingress")
        rules = [(change.old.id, f"ingress.{place}.", each) for place, each in enumerate(items(inline))]
        untold = "ingress" if UNKNOWN in (inline, *items(inline)) else ""
    elif change.type == INGRESS_RULE or (change.type == OLD_RULE and inputs.get("type") == "ingress"):
        rules = [(_group(change, inputs.get("securityGroupId")), "", inputs)]
    for group, path, each in rules:
        try:
            if group and isinstance(each, Mapping):
                yield from _of_rule(group, each, path)
        except CannotTell as error:
            untold = str(error)
    if untold:
        raise CannotTell(untold)


def _group(change: Change, group: Any) -> str:
    """The group of a rule. An id is only known of a group that exists, unless the rule is replaced with its group."""
    if group is UNKNOWN:
        group = change.old.inputs.get("securityGroupId")
    return group if isinstance(group, str) else ""


def _of_rule(group: str, rule: Mapping[str, Any], path: str) -> Iterator[tuple[str, Opening]]:
    protocol = rule.get("ipProtocol", rule.get("protocol"))
    ports = (rule.get("fromPort"), rule.get("toPort"))
    for key in ("cidrIpv4", "cidrIpv6", "cidrBlocks", "ipv6CidrBlocks"):
        value = rule.get(key)
        if UNKNOWN in (value, protocol, *ports) or (isinstance(value, list) and UNKNOWN in value):
            raise CannotTell(f"{path}{key}")
        for address in value if isinstance(value, list) else [value]:
            if network := _of_the_internet(address):
                yield f"{path}{key}", Opening(group, _protocol(protocol), _ports(protocol, *ports), network)


def _protocol(value: Any) -> str:
    named = {"all": ALL_PROTOCOLS, "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
    text = str(value).lower()
    return named.get(text, text)


def _ports(protocol: Any, first: Any, last: Any) -> tuple[int, int]:
    low, high = number(first), number(last)
    if _protocol(protocol) == ALL_PROTOCOLS or low is None or high is None or low < 0:
        return ALL_PORTS
    return int(low), int(high)


def _of_the_internet(address: Any) -> Network | None:
    try:
        network = ipaddress.ip_network(address, strict=False) if isinstance(address, str) else None
    except ValueError:
        return None
    return network if network is not None and network.prefixlen < WIDEST_PRIVATE[network.version] else None


INGRESS: Final = Risk(
    id="ingress-opened",
    title="A security group that exists lets in more of the internet",
    why="Whoever finds the address may try what is behind it.",
    judges=(opened_to_the_internet,),
)
