"""What a stack costs a month, by resource: quantities from its settings, times the prices of prices.toml.

What depends on use (traffic, objects, logs) is priced by `Usage`, which the page states. Not priced: what costs cents,
or nothing until it happens: Lambda's calls, queues, alarms, DNS, CloudFront's traffic within its free terabyte, backups
and copies beyond what is free, and data between zones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from settings import Stack

HOURS: Final = 730
"""Hours in a month, as AWS's own calculator and CHR-CST-02 have it."""
PRICES: Final = Path(__file__).with_name("prices.toml")


@dataclass(frozen=True, kw_only=True)
class Price:
    """A row of the table."""

    what: str
    unit: str
    usd: float
    source: str
    as_of: object
    seen: str = ""
    regions: dict[str, float] = field(default_factory=dict)

    def a_month(self, region: str) -> float:
        """US dollars a month in a region."""
        return self.regions.get(region, self.usd) * (HOURS if self.unit == "hour" else 1)


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What no stack file says, a month: CHR-CST-02's numbers for all systems, so that they compare."""

    transfer_gib: float = 100
    images_gib: float = 10
    files_gib: float = 10
    objects_gib: float = 10
    logs_gib: float = 5
    capacity_units: float = 1.5
    """Of a load balancer, on average."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the bill."""

    resource: str
    quantity: float
    price: Price
    usd: float
    """US dollars a month."""


@cache
def prices() -> dict[str, Price]:
    """The table; KeyError where a stack needs a price that is not in it."""
    return {key: Price(**row) for key, row in tomllib.loads(PRICES.read_text(encoding="utf-8")).items()}


def costs(stack: Stack, usage: Usage | None = None) -> list[Line]:
    """The monthly bill of a stack at its desired size; autoscaling moves it from there."""
    usage = usage or Usage()
    found = [*_compute(stack), *_stores(stack, usage), *_network(stack, usage)]
    return [
        Line(resource=resource, quantity=quantity, price=price, usd=quantity * price.a_month(stack.region))
        for resource, key, quantity in found
        if quantity
        for price in (prices()[key],)
    ]


Item = tuple[str, str, float]
"""The resource, the key of its price, and how many of it."""


def _compute(stack: Stack) -> Iterator[Item]:
    for key, service in stack.services.items():
        yield key, "fargate-vcpu", service.count.desired * service.cpu / 1024
        yield key, "fargate-gib", service.count.desired * service.memory / 1024
    if stack.beanstalk is not None:
        now = stack.beanstalk.now
        kind = (now and now.instance_type) or stack.beanstalk.instance_type
        instances = (now or stack.beanstalk.count).min
        yield "beanstalk", _key("ec2", kind), instances
        yield "beanstalk", "disk-gib", instances * stack.beanstalk.disk_gib


def _stores(stack: Stack, usage: Usage) -> Iterator[Item]:
    if stack.postgres is not None:
        copies = 2 if stack.postgres.multi_az else 1
        yield "postgres", _key(stack.postgres.instance_class), copies
        yield "postgres", "db-gib", copies * stack.postgres.storage_gib
    if stack.redis is not None:
        yield "redis", _key(stack.redis.node_type), stack.redis.nodes
    for key in stack.files:
        yield key, "files-gib", usage.files_gib
    for key in (*stack.buckets, *stack.sites):
        yield key, "objects-gib", usage.objects_gib
    # The master password that RDS keeps, and Redis's URL with its token.
    own = (stack.postgres is not None) + (stack.redis is not None)
    yield "secrets", "secret", len(stack.secrets) + own
    yield "images", "images-gib", usage.images_gib


def _network(stack: Stack, usage: Usage) -> Iterator[Item]:
    zones = len(stack.network.availability_zones)
    gateways = {"none": 0, "one": 1, "per_zone": zones}[stack.network.nat]
    balancers = (stack.load_balancer is not None) + (stack.beanstalk is not None)
    yield "load balancer", "load-balancer", balancers
    yield "load balancer", "load-balancer-unit", balancers * usage.capacity_units
    yield "addresses", "address", gateways + balancers * zones  # a load balancer has one in each zone
    yield "nat", "nat", gateways
    # ECR is two endpoints; S3's costs nothing.
    interfaces = sum({"s3": 0, "ecr": 2}.get(name, 1) for name in stack.network.endpoints)
    yield "endpoints", "endpoint", interfaces * zones
    firewalls = [part.waf for part in (stack.load_balancer, stack.cdn) if part is not None and part.waf is not None]
    yield "waf", "waf", len(firewalls)
    yield "waf", "waf-rule", sum(1 + len(each.managed_rule_groups) for each in firewalls)
    yield "logs", "logs-gib", usage.logs_gib
    if stack.monitoring.canary is not None:
        yield "canary", "canary-run", HOURS * 60 / stack.monitoring.canary.every_minutes
    if stack.cdn is None:  # what goes to CloudFront is free, and its own first terabyte too
        yield "traffic", "transfer-gib", usage.transfer_gib


def _key(*parts: str) -> str:
    return "-".join(parts).replace(".", "-")
