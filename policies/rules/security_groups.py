"""What may reach what: security groups (GRD-08)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pulumi_policy import Severity

from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.values import UNKNOWN, at, items, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
_DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
_INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_GROUPS: Final = (GROUP, _DEFAULT_GROUP)
INGRESS_TYPES: Final = (*_GROUPS, _RULE, _INGRESS)
_LOAD_BALANCERS: Final = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
)
_BEANSTALK: Final = "aws:elasticbeanstalk/environment:Environment"
# Who takes traffic from groups only, and where each names its own.
_BACKENDS: Final = {
    "aws:ecs/service:Service": "networkConfiguration",
    "aws:ecs/taskSet:TaskSet": "networkConfiguration",
    "aws:rds/instance:Instance": "vpcSecurityGroupIds",
    "aws:rds/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:elasticache/replicationGroup:ReplicationGroup": "securityGroupIds",
    "aws:elasticache/cluster:Cluster": "securityGroupIds",
    "aws:efs/mountTarget:MountTarget": "securityGroups",
}
_WEB: Final = (80, 443)
_DATA: Final = {5432: "PostgreSQL", 6379: "Redis", 2049: "NFS"}
_ALL_PROTOCOLS: Final = ("-1", "all")
_HIGHEST_PORT: Final = 65535
# A network wider than this holds addresses of the internet, whatever else it holds: 10.0.0.0/8 and fc00::/7 are the
# widest private ones. So halves and quarters of the internet are seen as what they are.
_WIDEST_PRIVATE: Final = {4: 8, 6: 7}


@dataclass(frozen=True)
class Ingress:
    """One way in, in whichever of the provider's spellings the program wrote it."""

    path: str  # of the addresses
    ports: tuple[int, int] | None  # None: not known yet
    protocol: Any
    addresses: tuple[Any, ...]
    lists: tuple[Any, ...]  # ids of managed prefix lists

    @property
    def world(self) -> list[str]:
        """The addresses that hold a part of the internet so large that it is all of it."""
        return [address for address in self.addresses if isinstance(address, str) and _is_wide(address)]

    @property
    def is_web(self) -> bool:
        """Exactly port 80 or 443, where a load balancer listens. UDP is HTTP/3's."""
        return self.ports in [(port, port) for port in _WEB] and str(self.protocol).lower() in ("tcp", "6", "udp", "17")

    def opens(self, port: int) -> bool:
        return self.ports is not None and self.ports[0] <= port <= self.ports[1]

    def __str__(self) -> str:
        if self.ports is None:
            return "ports not known yet"
        first, last = self.ports
        return "all ports" if (first, last) == (0, _HIGHEST_PORT) else f"port {first}" + f"-{last}" * (first != last)


def _is_wide(address: str) -> bool:
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return network.prefixlen < _WIDEST_PRIVATE[network.version]


def ingresses(resource: Resource) -> list[Ingress]:
    """Every way in that a resource opens."""
    if resource.type == _INGRESS:
        return [_ingress("", resource.properties, "ipProtocol", ("cidrIpv4", "cidrIpv6"), "prefixListId")]
    inline = ("cidrBlocks", "ipv6CidrBlocks")
    if resource.type == _RULE:
        if resource.get("type") != "ingress":
            return []
        return [_ingress("", resource.properties, "protocol", inline, "prefixListIds")]
    return [
        _ingress(f"ingress.{index}.", block, "protocol", inline, "prefixListIds")
        for index, block in enumerate(resource.items("ingress"))
    ]


def _ingress(prefix: str, block: Any, protocol: str, names: tuple[str, str], lists: str) -> Ingress:
    addresses = tuple(item for name in names for item in items(at(block, name)))
    used = next((name for name in names if at(block, name) not in (None, [])), names[0])
    kind = at(block, protocol)
    return Ingress(
        path=prefix + used,
        ports=_ports(kind, at(block, "fromPort"), at(block, "toPort")),
        protocol=show(kind),
        addresses=addresses,
        lists=tuple(items(at(block, lists))),
    )


def _ports(protocol: Any, first: Any, last: Any) -> tuple[int, int] | None:
    """All of them for all protocols, and where no numbers are given."""
    if show(protocol).lower() in _ALL_PROTOCOLS:
        return 0, _HIGHEST_PORT
    if UNKNOWN in (protocol, first, last):
        return None
    try:
        low, high = int(first), int(last)
    except (TypeError, ValueError, OverflowError):
        return 0, _HIGHEST_PORT
    return (0, _HIGHEST_PORT) if low < 0 else (low, high)


def _untold(ingress: Ingress) -> Iterator[Verdict]:
    if UNKNOWN in ingress.addresses:
        yield CannotTell(path=ingress.path)


@rule(
    "GRD-08",
    "Nothing but 80 and 443 is open to the internet",
    types=INGRESS_TYPES,
    severity=Severity.CRITICAL,
    reason="every other open port is found and tried within minutes.",
    remedy="Name the security group of whoever has to connect (referencedSecurityGroupId, sourceSecurityGroupId), "
    "or the addresses of the few who do; people get in with ECS Exec or Session Manager.",
)
def world_ports(resource: Resource) -> Iterator[Verdict]:
    """Judge each rule by itself, so that it is stopped before it is made."""
    for ingress in ingresses(resource):
        yield from _untold(ingress)
        if ingress.world and ingress.ports is None:
            yield CannotTell(path="fromPort")
        elif ingress.world and not ingress.is_web:
            yield Finding(path=ingress.path, found=f"{', '.join(ingress.world)} on {ingress}")


@rule(
    "GRD-08",
    "PostgreSQL, Redis and NFS are open to named groups only",
    types=INGRESS_TYPES,
    severity=Severity.HIGH,
    reason="a range of addresses lets in whatever else is, or will be, in that network.",
    remedy="Name the security group of the clients: referencedSecurityGroupId, or sourceSecurityGroupId.",
)
def data_ports(resource: Resource) -> Iterator[Verdict]:
    """What is open to the internet is the other rule's."""
    for ingress in ingresses(resource):
        opened = [f"{name} ({port})" for port, name in _DATA.items() if ingress.opens(port)]
        named = [show(source) for source in (*ingress.addresses, *ingress.lists) if source is not UNKNOWN]
        yield from _untold(ingress) if opened else ()
        if opened and named and not ingress.world:
            yield Finding(path=ingress.path, found=f"{', '.join(named)} for {', '.join(opened)}")


@rule(
    "SG-7",
    "Only a load balancer's group is open to the internet",
    types=INGRESS_TYPES,
    severity=Severity.HIGH,
    reason="what answers the internet directly has no web ACL, no TLS policy and no health check before it.",
    remedy="Put the load balancer's group there instead; if this is a load balancer's group, "
    "make the load balancer name it in securityGroups.",
    view=View.STACK,
)
def world_load_balancer(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """A load balancer's group is one that a load balancer of the program, or of an environment of it, names."""
    for ingress in ingresses(resource):
        if not ingress.world or not ingress.is_web:
            continue
        groups = _group(resource, stack)
        if not groups:
            yield CannotTell(path="securityGroupId", why="a group that is not in this program")
        for group in groups:
            if not stack.referrers(group, "securityGroups", _LOAD_BALANCERS) and not _of_beanstalk(group, stack):
                found = f"{', '.join(ingress.world)} on {ingress}, and {group.name} is no load balancer's group"
                yield Finding(path=ingress.path, found=found)


@rule(
    "GRD-08",
    "Services and data stores take traffic from named groups only",
    types=INGRESS_TYPES,
    severity=Severity.HIGH,
    reason="a range of addresses lets in whatever else is, or will be, in that network.",
    remedy="Name the security group of the clients: referencedSecurityGroupId, or sourceSecurityGroupId.",
    view=View.STACK,
)
def named_group(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of groups that a service, database, cache or file system of the program uses, on any port."""
    users = [
        user
        for group in _group(resource, stack)
        for token, name in _BACKENDS.items()
        for user in stack.referrers(group, name, (token,))
    ]
    for ingress in ingresses(resource) if users else ():
        named = [show(source) for source in (*ingress.addresses, *ingress.lists) if source is not UNKNOWN]
        told = ingress.world or any(map(ingress.opens, _DATA))  # by the rules above
        if named and not told:
            yield Finding(path=ingress.path, found=f"{', '.join(named)} on {ingress}, to {users[0].name}")


def _of_beanstalk(group: Resource, stack: Stack) -> bool:
    """Whether a group is that of the load balancer which Beanstalk makes for an environment.

    The environment's settings name it and the instances' in the same way, their values being known in the update only.
    Of the two, the load balancer's is the one that the other lets in.
    """
    environments = {each.urn for each in stack.referrers(group, "settings", (_BEANSTALK,))}
    return any(
        environments & {each.urn for each in stack.referrers(target, "settings", (_BEANSTALK,))}
        for way_in in stack.referrers(group, "referencedSecurityGroupId", (_INGRESS,))
        for target in stack.links(way_in, "securityGroupId", (GROUP,))
        if target.urn != group.urn
    )


def _group(resource: Resource, stack: Stack) -> list[Resource]:
    """The groups that a rule opens: the group itself if it is written inline."""
    return [resource] if resource.type in _GROUPS else stack.links(resource, "securityGroupId", _GROUPS)
