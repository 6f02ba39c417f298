"""What security groups let in and out, in whichever of the provider's spellings the program wrote it."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from policies.values import UNKNOWN, at, items, show

if TYPE_CHECKING:
    from collections.abc import Collection

    from policies.model import Resource, Stack

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUPS: Final = (GROUP, DEFAULT_GROUP)
RULES: Final = (RULE, INGRESS, EGRESS)
INGRESS_TYPES: Final = (*GROUPS, RULE, INGRESS)
EGRESS_TYPES: Final = (*GROUPS, RULE, EGRESS)
LOAD_BALANCERS: Final = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
)
# Where each kind of data store names its security groups.
DATA_STORES: Final = {
    "aws:rds/instance:Instance": "vpcSecurityGroupIds",
    "aws:rds/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:rds/proxy:Proxy": "vpcSecurityGroupIds",
    "aws:elasticache/replicationGroup:ReplicationGroup": "securityGroupIds",
    "aws:elasticache/cluster:Cluster": "securityGroupIds",
    "aws:elasticache/serverlessCache:ServerlessCache": "securityGroupIds",
    "aws:efs/mountTarget:MountTarget": "securityGroups",
    "aws:redshift/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:redshiftserverless/workgroup:Workgroup": "securityGroupIds",
    "aws:opensearch/domain:Domain": "vpcOptions",
    "aws:elasticsearch/domain:Domain": "vpcOptions",
    "aws:docdb/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:neptune/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:memorydb/cluster:Cluster": "securityGroupIds",
    "aws:mq/broker:Broker": "securityGroups",
    "aws:msk/cluster:Cluster": "brokerNodeGroupInfo",
}
_WEB: Final = (80, 443)
_ALL_PROTOCOLS: Final = ("-1", "all")
_WITH_PORTS: Final = {"tcp": "tcp", "6": "tcp", "udp": "udp", "17": "udp"}
_HIGHEST_PORT: Final = 65535
_NO_PORTS: Final = (-1, -1)
# A network wider than this holds addresses of the internet, whatever else it holds: 10.0.0.0/8 and fc00::/7 are the
# widest private ones. So halves and quarters of the internet are seen as what they are.
_WIDEST_PRIVATE: Final = {4: 8, 6: 7}


@dataclass(frozen=True)
class Way:
    """One way in, or out."""

    path: str  # of the addresses
    ports: tuple[int, int] | None  # None: not known yet
    protocol: str
    addresses: tuple[Any, ...]
    lists: tuple[Any, ...]  # ids of managed prefix lists

    @property
    def world(self) -> list[str]:
        """The addresses that hold a part of the internet so large that it is all of it."""
        return [address for address in self.addresses if is_wide(address)]

    @property
    def is_all(self) -> bool:
        """Every port: of all protocols, or of TCP or UDP."""
        return self.ports is not None and self.ports[0] <= 1 and self.ports[1] >= _HIGHEST_PORT and self._kind != ""

    @property
    def is_every_protocol(self) -> bool:
        return self._kind == "all"

    @property
    def is_web(self) -> bool:
        """Exactly port 80 or 443, where a load balancer listens. UDP is HTTP/3's."""
        return self.ports in [(port, port) for port in _WEB] and self._kind in ("tcp", "udp")

    @property
    def has_ports(self) -> bool:
        """Whether it is of ports at all, or of a protocol without, e.g. ICMP."""
        return self._kind != ""

    @property
    def _kind(self) -> str:
        protocol = self.protocol.lower()
        return "all" if protocol in _ALL_PROTOCOLS else _WITH_PORTS.get(protocol, "")

    def opens(self, port: int) -> bool:
        return self.has_ports and self.ports is not None and self.ports[0] <= port <= self.ports[1]

    def __str__(self) -> str:
        if self.ports is None:
            return "ports not known yet"
        if not self.has_ports:
            return f"protocol {self.protocol}"
        first, last = self.ports
        return "all ports" if self.is_all else f"port {first}" + f"-{last}" * (first != last)


def is_wide(address: Any) -> bool:
    """Whether a block of addresses is the internet, or a half or a quarter of it."""
    return is_wider(address, _WIDEST_PRIVATE)


def is_wider(address: Any, widest: dict[int, int]) -> bool:
    """Whether a block of addresses has fewer bits than the widest of its version."""
    if not isinstance(address, str):
        return False
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return False
    return network.prefixlen < widest[network.version]


def ingresses(resource: Resource) -> list[Way]:
    """Every way in that a resource opens."""
    return _ways(resource, INGRESS, "ingress")


def egresses(resource: Resource) -> list[Way]:
    """Every way out that a resource opens."""
    return _ways(resource, EGRESS, "egress")


def _ways(resource: Resource, single: str, direction: str) -> list[Way]:
    inline = ("cidrBlocks", "ipv6CidrBlocks")
    if resource.type == single:
        return [_way("", resource.properties, "ipProtocol", ("cidrIpv4", "cidrIpv6"), "prefixListId")]
    if resource.type == RULE:
        if resource.get("type") != direction:
            return []
        return [_way("", resource.properties, "protocol", inline, "prefixListIds")]
    if resource.type not in GROUPS:
        return []
    return [
        _way(f"{direction}.{index}.", block, "protocol", inline, "prefixListIds")
        for index, block in enumerate(resource.items(direction))
    ]


def _way(prefix: str, block: Any, protocol: str, names: tuple[str, str], lists: str) -> Way:
    addresses = tuple(item for name in names for item in items(at(block, name)))
    used = next((name for name in names if at(block, name) not in (None, [])), names[0])
    kind = at(block, protocol)
    return Way(
        path=prefix + used,
        ports=_ports(kind, at(block, "fromPort"), at(block, "toPort")),
        protocol=show(kind),
        addresses=addresses,
        lists=tuple(items(at(block, lists))),
    )


def _ports(protocol: Any, first: Any, last: Any) -> tuple[int, int] | None:
    """All of them for all protocols, and where no numbers are given; none for a protocol that has none."""
    kind = show(protocol).lower()
    if kind in _ALL_PROTOCOLS:
        return 0, _HIGHEST_PORT
    if UNKNOWN in (protocol, first, last):
        return None
    if kind not in _WITH_PORTS:
        return _NO_PORTS
    try:
        low, high = int(first), int(last)
    except (TypeError, ValueError, OverflowError):
        return 0, _HIGHEST_PORT
    return (0, _HIGHEST_PORT) if low < 0 else (low, high)


def opened(resource: Resource, stack: Stack) -> list[Resource]:
    """The groups that a resource opens: the group itself if it is written inline."""
    return [resource] if resource.type in GROUPS else stack.links(resource, "securityGroupId", GROUPS)


def openers(group: Resource, stack: Stack, types: Collection[str]) -> list[Resource]:
    """Whatever writes rules of a group: the group itself, and the rule resources of these types."""
    return [group, *stack.referrers(group, "securityGroupId", types)]


def stores(group: Resource, stack: Stack) -> list[Resource]:
    """The data stores of the program that a group is attached to."""
    return [store for token, name in DATA_STORES.items() for store in stack.referrers(group, name, (token,))]
