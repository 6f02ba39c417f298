"""What a picture shows: boxes in columns, and who uses whom. Pure, and without a position."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from settings import Stack
from settings.edge import domains

Column = Literal["edge", "entry", "compute", "stores", "elsewhere"]
EDGE, INTERNET = "cdn", "users"
BALANCER, BEANSTALK_BALANCER = "load_balancer", "beanstalk-balancer"


@dataclass(frozen=True, kw_only=True)
class Box:
    """A part of the stack."""

    key: str
    column: Column
    title: str
    lines: tuple[str, ...] = ()
    inside: bool = True
    """Whether it is in the VPC."""


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """One uses or reaches the other; a copy is kept up to date by AWS."""

    source: str
    target: str
    copy: bool = False


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """Boxes in the order in which they stand in their columns."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def diagram(stack: Stack) -> Diagram:
    """The diagram of a stack."""
    boxes = (*_edge(stack), *_compute(stack), *_stores(stack), *_elsewhere(stack))
    return Diagram(boxes=boxes, arrows=tuple(dict.fromkeys(_arrows(stack))))


def _edge(stack: Stack) -> Iterator[Box]:
    if stack.cdn is not None:
        lines = (*_names(stack, EDGE), *stack.cdn.aliases, *_waf(stack.cdn.waf))
        yield Box(key=EDGE, column="edge", title="CloudFront", lines=lines, inside=False)
    for key in stack.sites:
        yield Box(key=f"sites.{key}", column="edge", title=key, lines=("S3, a web site",), inside=False)
    if stack.load_balancer is not None:
        port = "HTTPS 443" if stack.load_balancer.certificate_arn else "HTTP 80"
        lines = (*_names(stack, "load_balancer"), port, *_waf(stack.load_balancer.waf))
        yield Box(key=BALANCER, column="entry", title="Load balancer", lines=lines)
    if stack.beanstalk is not None:
        port = "HTTPS 443" if stack.beanstalk.certificate_arn else "HTTP 80"
        lines = (*_names(stack, "beanstalk"), port, "made by Beanstalk")
        yield Box(key=BEANSTALK_BALANCER, column="entry", title="Load balancer", lines=lines)


def _names(stack: Stack, target: str) -> Iterator[str]:
    names = domains.leading_to(stack, target)
    yield from names
    if names and stack.dns and stack.dns.failover:
        yield f"failover {stack.dns.failover}"


def _waf(waf: object | None) -> tuple[str, ...]:
    return ("WAF",) if waf is not None else ()


def _compute(stack: Stack) -> Iterator[Box]:
    for key, service in stack.services.items():
        size = f"{service.cpu / 1024:g} vCPU, {service.memory / 1024:g} GiB"
        strategy = service.deployment.strategy.replace("_", "/")
        tasks = f"{_range(service.count.min, service.count.max)} tasks, {strategy}"
        beside = (f"with {name}" for name in service.sidecars)
        yield Box(key=key, column="compute", title=key, lines=(f"Fargate, {size}", tasks, *beside))
    if stack.beanstalk is not None:
        now = stack.beanstalk.now
        count = now or stack.beanstalk.count
        kind = (now and now.instance_type) or stack.beanstalk.instance_type
        yield Box(
            key="beanstalk",
            column="compute",
            title="Beanstalk",
            lines=(
                f"{_range(count.min, count.max)} {kind}",
                *stack.beanstalk.containers,
            ),
        )
    for key, worker in stack.workers.items():
        lines = (f"Lambda, {worker.memory} MiB, {worker.timeout_seconds} s", "queue, dead letters")
        yield Box(key=key, column="compute", title=key, lines=lines, inside=False)


def _range(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _stores(stack: Stack) -> Iterator[Box]:
    if stack.postgres is not None:
        standby = "with a standby" if stack.postgres.multi_az else "one zone"
        lines = (f"{stack.postgres.instance_class}, {standby}", f"{stack.postgres.storage_gib} GiB")
        yield Box(key="postgres", column="stores", title=f"PostgreSQL {stack.postgres.engine_version}", lines=lines)
    if stack.redis is not None:
        nodes = f"{stack.redis.nodes} of {stack.redis.node_type}"
        yield Box(key="redis", column="stores", title=f"Redis {stack.redis.engine_version}", lines=(nodes,))
    for key, files in stack.files.items():
        yield Box(key=key, column="stores", title=key, lines=(f"EFS, {files.path}",))
    for key, bucket in stack.buckets.items():
        line = "S3, versioned" if bucket.versioned else "S3"
        yield Box(key=key, column="stores", title=key, lines=(line,), inside=False)


def _copies(stack: Stack) -> dict[str, list[str]]:
    """Region to the keys of the boxes that have a copy there."""
    found: dict[str, list[str]] = {}
    if stack.postgres is not None and stack.postgres.backup_region is not None:
        found.setdefault(stack.postgres.backup_region, []).append("postgres")
    for key, files in stack.files.items():
        if files.replicate_to is not None:
            found.setdefault(files.replicate_to, []).append(key)
    for key, bucket in stack.buckets.items():
        if bucket.replicate_to is not None:
            found.setdefault(bucket.replicate_to.region, []).append(key)
    for region in (*stack.images.replicate_to, *([stack.backup.copy_to] if stack.backup else [])):
        if region is not None:
            found.setdefault(region, [])
    return found


def _elsewhere(stack: Stack) -> Iterator[Box]:
    for region, keys in _copies(stack).items():
        images = ("images",) if region in stack.images.replicate_to else ()
        backups = ("AWS Backup",) if stack.backup is not None and stack.backup.copy_to == region else ()
        yield Box(
            key=region, column="elsewhere", title=region, lines=("copies of", *keys, *images, *backups), inside=False
        )


def _arrows(stack: Stack) -> Iterator[Arrow]:
    yield from _arrows_of_the_edge(stack)
    users: dict[str, tuple[str, ...]] = {
        **{key: service.uses for key, service in stack.services.items()},
        **{key: worker.uses for key, worker in stack.workers.items()},
        **({"beanstalk": stack.beanstalk.uses} if stack.beanstalk else {}),
    }
    for key, uses in users.items():
        for used in uses:
            yield Arrow(source=key, target=used)
    for region, keys in _copies(stack).items():
        for key in keys:
            yield Arrow(source=key, target=region, copy=True)


def _arrows_of_the_edge(stack: Stack) -> Iterator[Arrow]:
    entries = {BALANCER: stack.load_balancer, BEANSTALK_BALANCER: stack.beanstalk}
    if stack.cdn is None:
        yield from (Arrow(source=INTERNET, target=key) for key, there in entries.items() if there)
    else:
        yield Arrow(source=INTERNET, target=EDGE)
        for behavior in (stack.cdn.default, *stack.cdn.paths.values()):
            target = BEANSTALK_BALANCER if behavior.origin == "beanstalk" else behavior.origin
            yield Arrow(source=EDGE, target=target)
    if stack.load_balancer is not None:
        yield from (Arrow(source=BALANCER, target=key) for key in stack.services)
    if stack.beanstalk is not None:
        yield Arrow(source=BEANSTALK_BALANCER, target="beanstalk")
