"""Names are free, short enough, and each is there once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from settings import names
from settings.problems import Problem, one_of
from settings.rules.references import DATA_STORES, STORES
from settings.rules.report import doubles
from settings.section import Unknown, problem

if TYPE_CHECKING:
    from settings.stack import Stack

RESERVED_SERVICES: Final = ("alb", "cluster", "db", "endpoints", "load-balancer", "postgres", "redis")
RESERVED_SECRETS: Final = ("redis-token", "redis-url")


def names_are_free(stack: Stack, key: str) -> Iterator[Problem]:
    taken = {"services": RESERVED_SERVICES, "secrets": RESERVED_SECRETS, **dict.fromkeys(STORES, DATA_STORES)}
    for field, reserved in taken.items():
        with suppress(Unknown):
            for name in getattr(stack, field):
                if name in reserved:
                    yield problem(
                        f"{key}{field}.{name}",
                        "",
                        f"{name!r} is taken.",
                        f"Plinth itself uses {one_of(reserved, last='and')}.",
                        "Choose another name.",
                    )


def tasks_and_sidecars_are_no_services(stack: Stack, key: str) -> Iterator[Problem]:
    parts = {
        "tasks": "A task's family is named <service>-<task>.",
        "sidecars": "A sidecar's image is named <service>-<sidecar>.",
    }
    for name, service in stack.services.items():
        for field, rule in parts.items():
            with suppress(Unknown):
                for part in getattr(service, field):
                    if f"{name}-{part}" in stack.services:
                        yield problem(
                            f"{key}services.{name}.{field}.{part}",
                            "",
                            f"There is a service {name}-{part} too.",
                            rule,
                            "Rename one of them.",
                        )


def nothing_is_named_twice(stack: Stack, key: str) -> Iterator[Problem]:
    services: dict[str, str] = {}
    groups: dict[str, str] = {}
    buckets: dict[str, str] = {}
    for name, service in stack.services.items():
        with suppress(Unknown):
            services[f"{key}services.{name}.image.repository"] = service.image.repository
        with suppress(Unknown):
            for sidecar, image in names.sidecar_images(service):
                services[f"{key}services.{name}.sidecars.{sidecar}.image.repository"] = image.repository
        with suppress(Unknown):
            groups[f"{key}services.{name}.target_group"] = names.target_group(stack, name)
    with suppress(Unknown):
        for name, container in (stack.beanstalk.containers if stack.beanstalk else {}).items():
            with suppress(Unknown):
                services[f"{key}beanstalk.containers.{name}.image.repository"] = container.image.repository
    for name in stack.buckets:
        with suppress(Unknown):
            replica = names.replica(stack, name)
            # Of two buckets with one name, one replica is enough to report.
            first = names.bucket(stack, name) not in buckets.values()
            buckets[f"{key}buckets.{name}.name"] = names.bucket(stack, name)
            if replica is not None and first:
                buckets[f"{key}buckets.{name}.replicate_to.name"] = replica
    with suppress(Unknown):
        audit = names.audit_bucket(stack)
        if audit is not None:
            buckets[f"{key}audit.bucket"] = audit
    with suppress(Unknown):
        records = names.operations_bucket(stack)
        if records is not None:
            buckets[f"{key}operations.bucket"] = records
    with suppress(Unknown):
        canary = names.canary_bucket(stack)
        if canary is not None:
            buckets[f"{key}monitoring.canary.bucket"] = canary
    with suppress(Unknown):
        if stack.cdn is not None and stack.cdn.access_logs:
            buckets[f"{key}cdn.access_logs"] = names.name(stack, "cdn-logs")
        if stack.load_balancer is not None and stack.load_balancer.access_logs:
            buckets[f"{key}load_balancer.access_logs"] = names.name(stack, "load-balancer-logs")
    with suppress(Unknown):
        for name in stack.sites:
            with suppress(Unknown):
                buckets[f"{key}sites.{name}.bucket"] = names.site_bucket(stack, name)
    yield from doubles(services, "repository")
    yield from doubles(groups, "target group")
    yield from doubles(buckets, "bucket")


def load_balancer_may_have_its_name(stack: Stack, key: str) -> Iterator[Problem]:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
    if stack.system.partition("-")[0] == "internal":
        yield problem(
            f"{key}system",
            stack.system,
            f"{stack.system!r} begins with 'internal'.",
            "Names of load balancers never begin with 'internal-'.",
            "Choose another name for the system.",
            why="AWS keeps that beginning for itself.",
        )


def names_are_short_enough(stack: Stack, key: str) -> Iterator[Problem]:
    for found in derived_names(stack, key):
        excess = len(found.name) - found.kind.longest
        if excess > 0:
            yield problem(
                found.key,
                found.name,
                f"{found.name!r} has {len(found.name)} characters.",
                f"{found.kind.what[0].upper()}{found.kind.what[1:]} may have {found.kind.longest}: {excess} too many.",
                found.remedy,
            )


def derived_names(stack: Stack, key: str) -> Iterator[names.Derived]:
    """Every name in AWS that follows from the settings."""
    with suppress(Unknown):
        yield from names.of_stack(stack, key)
    with suppress(Unknown):
        yield from names.of_monitoring(stack, f"{key}monitoring")
    with suppress(Unknown):
        if stack.redis is not None:
            yield from names.of_redis(stack, f"{key}redis")
    with suppress(Unknown):
        if stack.postgres is not None:
            yield from names.of_postgres(stack, f"{key}postgres")
    with suppress(Unknown):
        if stack.beanstalk is not None:
            with suppress(Unknown):
                yield from names.of_beanstalk(stack, f"{key}beanstalk")
            for container in stack.beanstalk.containers:
                with suppress(Unknown):
                    at = f"{key}beanstalk.containers.{container}"
                    yield names.repository(at, stack.beanstalk.containers[container].image.repository)
    with suppress(Unknown):
        yield from _names_of_services(stack, key)
    with suppress(Unknown):
        for bucket in stack.buckets:
            with suppress(Unknown):
                yield from names.of_bucket(stack, f"{key}buckets.{bucket}", bucket)
    yield from _names_at_the_edge(stack, key)
    with suppress(Unknown):
        for files in stack.files:
            yield from names.of_files(stack, f"{key}files.{files}", files)
    with suppress(Unknown):
        for worker in stack.workers:
            with suppress(Unknown):
                yield from names.of_worker(stack, f"{key}workers.{worker}", worker)
    with suppress(Unknown):
        yield from names.of_images(stack, f"{key}images")
    with suppress(Unknown):
        if stack.backup is not None:
            yield from names.of_backup(stack, f"{key}backup")
    with suppress(Unknown):
        if stack.audit is not None:
            yield from names.of_audit(stack, f"{key}audit")
    with suppress(Unknown):
        if stack.budget is not None:
            yield from names.of_budget(stack, f"{key}budget", stack.budget)
    with suppress(Unknown):
        if stack.delivery is not None:
            create = stack.delivery.create_provider
            yield from names.of_delivery(stack, f"{key}delivery", create_provider=create)
    with suppress(Unknown):
        yield from names.of_operations(stack, f"{key}operations")


def _names_of_services(stack: Stack, key: str) -> Iterator[names.Derived]:
    for service in stack.services:
        with suppress(Unknown):
            yield from names.of_service(stack, f"{key}services.{service}", service)
        with suppress(Unknown):
            yield names.repository(f"{key}services.{service}", stack.services[service].image.repository)
        with suppress(Unknown):
            for sidecar, image in names.sidecar_images(stack.services[service]):
                yield names.repository(f"{key}services.{service}.sidecars.{sidecar}", image.repository)


def _names_at_the_edge(stack: Stack, key: str) -> Iterator[names.Derived]:
    with suppress(Unknown):
        for site in stack.sites:
            with suppress(Unknown):
                yield from names.of_site(stack, f"{key}sites.{site}", site)
    with suppress(Unknown):
        if stack.cdn is not None:
            yield from names.of_cdn(stack, f"{key}cdn", stack.cdn)
    with suppress(Unknown):
        if stack.dns is not None:
            yield from names.of_dns(f"{key}dns", stack.dns)
