"""What may reach what: security groups (GRD-08)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from policies.ingress import DATA_STORES, GROUP, INGRESS, INGRESS_TYPES, LOAD_BALANCERS, Way, ingresses, opened, stores
from policies.rule import CannotTell, Finding, Verdict, View, rule
from policies.values import UNKNOWN, show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policies.model import Resource, Stack

_BEANSTALK: Final = "aws:elasticbeanstalk/environment:Environment"
# Who takes traffic from groups only, and where each names its own.
_STORES: Final = ("aws:rds/", "aws:elasticache/", "aws:efs/")
_BACKENDS: Final = {
    "aws:ecs/service:Service": "networkConfiguration",
    "aws:ecs/taskSet:TaskSet": "networkConfiguration",
    **{token: name for token, name in DATA_STORES.items() if token.startswith(_STORES)},
}
_DATA: Final = {5432: "PostgreSQL", 6379: "Redis", 2049: "NFS"}
_ADMIN_PORTS: Final = {
    22: "SSH",
    23: "Telnet",
    2375: "Docker",
    2376: "Docker",
    3389: "RDP",
    5800: "VNC",
    5900: "VNC",
    5901: "VNC",
    5985: "WinRM",
    5986: "WinRM",
    10250: "kubelet",
}
_DATA_PORTS: Final = {
    445: "SMB",
    1433: "SQL Server",
    1434: "SQL Server",
    1521: "Oracle",
    2049: "NFS",
    2181: "ZooKeeper",
    3306: "MySQL",
    5432: "PostgreSQL",
    5439: "Redshift",
    5671: "RabbitMQ",
    5672: "RabbitMQ",
    6379: "Redis",
    8182: "Neptune",
    9042: "Cassandra",
    9092: "Kafka",
    9094: "Kafka",
    9200: "OpenSearch",
    9300: "OpenSearch",
    11211: "memcached",
    27017: "MongoDB",
}
_NAME_THE_GROUP: Final = "Name the security group of the clients: referencedSecurityGroupId, or sourceSecurityGroupId."


def _named(way: Way, ports: Mapping[int, str]) -> list[str]:
    """The ports of a table that a way opens, each with what answers there."""
    return [f"{name} ({port})" for port, name in ports.items() if way.opens(port)]


# A rule that opens much is told of once, by the first of these that it meets.
def _opens_all(way: Way) -> bool:
    return way.is_all


def _opens_admin(way: Way) -> bool:
    return not way.is_all and bool(_named(way, _ADMIN_PORTS))


def _opens_data(way: Way) -> bool:
    return not way.is_all and not _named(way, _ADMIN_PORTS) and bool(_named(way, _DATA_PORTS))


def _opens_another(way: Way) -> bool:
    return not way.is_web and not any(map(way.opens, (*_ADMIN_PORTS, *_DATA_PORTS))) and not way.is_all


def _world_open(resource: Resource, meets: Callable[[Way], bool], ports: Mapping[int, str]) -> Iterator[Verdict]:
    for way in ingresses(resource):
        if way.world and way.ports is not None and meets(way):
            names = ", ".join(_named(way, ports))
            shown = f"{', '.join(way.world)} on {way}"
            yield Finding(path=way.path, found=f"{shown}, for {names}" if names else shown)


@rule(
    "SG-1",
    "No port for administration is open to the internet",
    types=INGRESS_TYPES,
    severity=Severity.HIGH,
    reason="passwords and keys of SSH, RDP and their like are tried within minutes, day and night.",
    remedy="Remove the rule: people get in with ECS Exec or Session Manager, which need no open port; "
    "or name the security group or the few addresses that have to connect.",
)
def admin_ports(resource: Resource) -> Iterator[Verdict]:
    """A range that holds such a port counts as well."""
    yield from _world_open(resource, _opens_admin, _ADMIN_PORTS)


@rule(
    "SG-2",
    "No group opens all ports to the internet",
    types=INGRESS_TYPES,
    severity=Severity.CRITICAL,
    reason="whatever listens on the host, now or later, answers everybody.",
    remedy="Open the one port that is meant, to the security group of whoever has to connect.",
)
def all_ports(resource: Resource) -> Iterator[Verdict]:
    """All protocols, whatever the ports say, or all ports of TCP or UDP."""
    yield from _world_open(resource, _opens_all, {})


@rule(
    "SG-3",
    "No port of a data store is open to the internet",
    types=INGRESS_TYPES,
    severity=Severity.HIGH,
    reason="databases, caches, queues and file shares that answer the internet are found, tried and emptied.",
    remedy=_NAME_THE_GROUP,
)
def world_data_ports(resource: Resource) -> Iterator[Verdict]:
    """A range that holds such a port counts as well."""
    yield from _world_open(resource, _opens_data, _DATA_PORTS)


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
    """The ports that SG-1 to SG-3 have no name for; and what cannot be told, for all four of them."""
    for way in ingresses(resource):
        yield from _untold(way)
        if way.world and way.ports is None:
            yield CannotTell(path="fromPort")
    yield from _world_open(resource, _opens_another, {})


def _untold(way: Way) -> Iterator[Verdict]:
    if UNKNOWN in way.addresses:
        yield CannotTell(path=way.path)


@rule(
    "GRD-08",
    "PostgreSQL, Redis and NFS are open to named groups only",
    types=INGRESS_TYPES,
    severity=Severity.HIGH,
    reason="a range of addresses lets in whatever else is, or will be, in that network.",
    remedy=_NAME_THE_GROUP,
)
def data_ports(resource: Resource) -> Iterator[Verdict]:
    """What is open to the internet is told by the rules above."""
    for way in ingresses(resource):
        names = _named(way, _DATA)
        sources = [show(source) for source in (*way.addresses, *way.lists) if source is not UNKNOWN]
        yield from _untold(way) if names else ()
        if names and sources and not way.world:
            yield Finding(path=way.path, found=f"{', '.join(sources)} for {', '.join(names)}")


@rule(
    "SG-7",
    "Only a load balancer's group is open to the internet",
    types=INGRESS_TYPES,
    severity=Severity.MEDIUM,
    reason="what answers the internet directly has no web ACL, no TLS policy and no health check before it.",
    remedy="Put the load balancer's group there instead; if this is a load balancer's group, "
    "make the load balancer name it in securityGroups.",
    view=View.STACK,
)
def world_load_balancer(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """A load balancer's group is one that a load balancer of the program, or of an environment of it, names.

    Of a data store's group RDS-17 tells.
    """
    for way in ingresses(resource):
        if not way.world or not way.is_web:
            continue
        groups = opened(resource, stack)
        if not groups:
            yield CannotTell(path="securityGroupId", why="a group that is not in this program")
        for group in groups:
            served = stack.referrers(group, "securityGroups", LOAD_BALANCERS) or _of_beanstalk(group, stack)
            if not served and not stores(group, stack):
                found = f"{', '.join(way.world)} on {way}, and {group.name} is no load balancer's group"
                yield Finding(path=way.path, found=found)


@rule(
    "GRD-08",
    "Services and data stores take traffic from named groups only",
    types=INGRESS_TYPES,
    severity=Severity.HIGH,
    reason="a range of addresses lets in whatever else is, or will be, in that network.",
    remedy=_NAME_THE_GROUP,
    view=View.STACK,
)
def named_group(resource: Resource, stack: Stack) -> Iterator[Verdict]:
    """Of groups that a service, database, cache or file system of the program uses, on any port."""
    users = [
        user
        for group in opened(resource, stack)
        for token, name in _BACKENDS.items()
        for user in stack.referrers(group, name, (token,))
    ]
    for way in ingresses(resource) if users else ():
        sources = [show(source) for source in (*way.addresses, *way.lists) if source is not UNKNOWN]
        told = way.world or any(map(way.opens, _DATA))  # by the rules above
        if sources and way.has_ports and not told:
            yield Finding(path=way.path, found=f"{', '.join(sources)} on {way}, to {users[0].name}")


def _of_beanstalk(group: Resource, stack: Stack) -> bool:
    """Whether a group is that of the load balancer which Beanstalk makes for an environment.

    The environment's settings name it and the instances' in the same way, their values being known in the update only.
    Of the two, the load balancer's is the one that the other lets in.
    """
    environments = {each.urn for each in stack.referrers(group, "settings", (_BEANSTALK,))}
    return any(
        environments & {each.urn for each in stack.referrers(target, "settings", (_BEANSTALK,))}
        for way_in in stack.referrers(group, "referencedSecurityGroupId", (INGRESS,))
        for target in stack.links(way_in, "securityGroupId", (GROUP,))
        if target.urn != group.urn
    )
