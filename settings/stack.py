"""A stack: everything that one stack file says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Annotated, Any, Final

from pydantic import Field

from settings import names
from settings.compute.service import Service
from settings.data.bucket import Bucket
from settings.data.postgres import Postgres
from settings.data.redis import Redis
from settings.data.secret import Secret
from settings.edge.load_balancer import LoadBalancer
from settings.monitoring.logs import Logs, Monitoring
from settings.network.network import Network
from settings.problems import Problem, one_of, suggest
from settings.section import Section, Tier, Unknown, problem, rule, section
from settings.values import Name, Region, ResourceName, TagKey, TagValue

REGION_KEY: Final = "aws:region"
DATA_STORES: Final = ("postgres", "redis")
RESERVED_SERVICES: Final = ("alb", "cluster", "db", "endpoints", "load-balancer", "postgres", "redis")
RESERVED_SECRETS: Final = ("redis-token", "redis-url")


class Stack(Section):
    """One system in one environment."""

    system: Name
    """Name of the system, the first part of every name."""
    environment: Name
    """Name of the environment, the last part of every name, and the Environment tag."""
    tier: Tier
    """How strict defaults and policies are: production, staging or development."""
    region: Region
    """AWS region; written as aws:region."""
    tags: Annotated[dict[TagKey, TagValue], Field(default_factory=dict, max_length=44)]
    """Tags of every resource, beside those that Plinth sets: Environment, ManagedBy, Name, Project, Stack and Tier."""
    network: Network
    """The VPC, its subnets in each zone, and how traffic leaves it."""
    logs: Logs = section()
    """What all log groups have in common."""
    monitoring: Monitoring = section()
    """How closely the stack is watched."""
    load_balancer: LoadBalancer
    """The internet-facing application load balancer."""
    services: dict[Name, Service]
    """Services on ECS Fargate, by name."""
    postgres: Postgres | None = None
    """PostgreSQL on RDS; none unless set."""
    redis: Redis | None = None
    """Redis on ElastiCache; none unless set."""
    buckets: Annotated[dict[Name, Bucket], Field(default_factory=dict)]
    """S3 buckets, by name."""
    secrets: Annotated[dict[Name, Secret], Field(default_factory=dict)]
    """Secrets in Secrets Manager, by name."""
    customize: Annotated[dict[ResourceName, dict[str, Any]], Field(default_factory=dict)]
    """Properties set on single resources over what Plinth sets, as the last resort; policies still judge the result."""

    @rule
    def zones_are_in_the_region(self, key: str) -> Iterator[Problem]:
        for zone in sorted(set(self.network.availability_zones)):
            if zone[:-1] != self.region:
                yield problem(
                    f"{key}network.availability_zones",
                    zone,
                    f"{zone} is not a zone of {self.region}.",
                    "All zones belong to the stack's region.",
                    f"Set zones of {self.region}, such as {self.region}a, or another {REGION_KEY}.",
                )

    @rule
    def certificate_is_in_the_region(self, key: str) -> Iterator[Problem]:
        arn = self.load_balancer.certificate_arn
        if arn is not None and arn.split(":")[3] != self.region:
            yield problem(
                f"{key}load_balancer.certificate_arn",
                arn,
                f"The certificate is in {arn.split(':')[3]}, the stack in {self.region}.",
                "A load balancer takes certificates of its own region.",
                f"Request or import the certificate in {self.region}.",
            )

    @rule
    def default_service_exists(self, key: str) -> Iterator[Problem]:
        default = self.load_balancer.default_service
        if default not in self.services:
            yield _missing(f"{key}load_balancer.default_service", default, "service", self.services)

    @rule
    def default_service_answers_the_rest(self, key: str) -> Iterator[Problem]:
        for name, service in self.services.items():
            with suppress(Unknown):
                default = name == self.load_balancer.default_service
                if default and service.routes:
                    yield problem(
                        f"{key}services.{name}.routes",
                        service.routes,
                        f"{name} is the load balancer's default service.",
                        "The default service has no routes.",
                        "Remove them, or choose another default service.",
                        why="It answers all that no other service's routes match.",
                    )
                if not default and not service.routes:
                    yield problem(
                        f"{key}services.{name}.routes",
                        (),
                        "No routes are set.",
                        "Every service but the default one has at least one.",
                        "Set for example ['/api/*'].",
                        why="No request would reach it.",
                    )

    @rule
    def routes_lead_to_one_service(self, key: str) -> Iterator[Problem]:
        seen: dict[str, str] = {}
        for name, service in self.services.items():
            with suppress(Unknown):
                for route in service.routes:
                    first = seen.setdefault(route, name)
                    if first != name or service.routes.count(route) > 1:
                        seen[route] = ""
                        yield problem(
                            f"{key}services.{name}.routes",
                            route,
                            f"{route!r} is already a route of {first or name}."
                            if first != name
                            else f"{route!r} is listed twice.",
                            "A pattern leads to one service.",
                            "Remove it in one of the two places.",
                        )

    @rule
    def what_services_use_exists(self, key: str) -> Iterator[Problem]:
        usable = [*(name for name in DATA_STORES if getattr(self, name) is not None), *self.buckets]
        for name, service in self.services.items():
            with suppress(Unknown):
                for used in dict.fromkeys(service.uses):
                    at = f"{key}services.{name}.uses"
                    if used in DATA_STORES and used not in usable:
                        yield problem(
                            at,
                            used,
                            f"The stack has no {used}.",
                            "A service uses what the stack has.",
                            f"Add plinth:{used}, or remove it here.",
                        )
                    elif used not in usable:
                        yield _missing(at, used, "bucket or data store", usable)

    @rule
    def secrets_of_services_exist(self, key: str) -> Iterator[Problem]:
        for name, service in self.services.items():
            with suppress(Unknown):
                for variable, secret in service.secrets.items():
                    if secret not in self.secrets:
                        yield _missing(f"{key}services.{name}.secrets.{variable}", secret, "secret", self.secrets)

    @rule
    def names_are_free(self, key: str) -> Iterator[Problem]:
        taken = {"services": RESERVED_SERVICES, "buckets": DATA_STORES, "secrets": RESERVED_SECRETS}
        for field, reserved in taken.items():
            with suppress(Unknown):
                for name in getattr(self, field):
                    if name in reserved:
                        yield problem(
                            f"{key}{field}.{name}",
                            "",
                            f"{name!r} is taken.",
                            f"Plinth itself uses {one_of(reserved, last='and')}.",
                            "Choose another name.",
                        )

    @rule
    def tasks_are_no_services(self, key: str) -> Iterator[Problem]:
        for name, service in self.services.items():
            with suppress(Unknown):
                for task in service.tasks:
                    if f"{name}-{task}" in self.services:
                        yield problem(
                            f"{key}services.{name}.tasks.{task}",
                            "",
                            f"There is a service {name}-{task} too.",
                            "A task's family is named <service>-<task>.",
                            "Rename one of them.",
                        )

    @rule
    def nothing_is_named_twice(self, key: str) -> Iterator[Problem]:
        services: dict[str, str] = {}
        groups: dict[str, str] = {}
        buckets: dict[str, str] = {}
        for name, service in self.services.items():
            with suppress(Unknown):
                services[f"{key}services.{name}.image.repository"] = service.image.repository
            with suppress(Unknown):
                groups[f"{key}services.{name}.target_group"] = names.target_group(self, name)
        for name, bucket in self.buckets.items():
            with suppress(Unknown):
                buckets[f"{key}buckets.{name}.name"] = bucket.name or names.name(self, name)
        yield from _doubles(services, "repository")
        yield from _doubles(groups, "target group")
        yield from _doubles(buckets, "bucket")

    @rule
    def load_balancer_may_have_its_name(self, key: str) -> Iterator[Problem]:
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        if self.system.partition("-")[0] == "internal":
            yield problem(
                f"{key}system",
                self.system,
                f"{self.system!r} begins with 'internal'.",
                "Names of load balancers never begin with 'internal-'.",
                "Choose another name for the system.",
                why="AWS keeps that beginning for itself.",
            )

    @rule
    def names_are_short_enough(self, key: str) -> Iterator[Problem]:
        for found in self._names(key):
            excess = len(found.name) - found.kind.longest
            if excess > 0:
                yield problem(
                    found.key,
                    found.name,
                    f"{found.name!r} has {len(found.name)} characters.",
                    f"{found.kind.what[0].upper()}{found.kind.what[1:]} may have {found.kind.longest}: "
                    f"{excess} too many.",
                    found.remedy,
                )

    def _names(self, key: str) -> Iterator[names.Derived]:
        with suppress(Unknown):
            yield from names.of_stack(self, key)
        with suppress(Unknown):
            if self.redis is not None:
                yield from names.of_redis(self, f"{key}redis")
        with suppress(Unknown):
            if self.postgres is not None:
                yield from names.of_postgres(self, f"{key}postgres", self.postgres.identifier)
        with suppress(Unknown):
            for service in self.services:
                with suppress(Unknown):
                    yield from names.of_service(self, f"{key}services.{service}", service)
        with suppress(Unknown):
            for bucket in self.buckets:
                with suppress(Unknown):
                    yield from names.of_bucket(self, f"{key}buckets.{bucket}", bucket)


def _missing(key: str, name: str, what: str, known: Iterable[str]) -> Problem:
    return problem(
        key,
        name,
        f"There is no {what} {name!r}.",
        suggest(name, known),
        "Correct the name, or add what is missing.",
    )


def _doubles(named: dict[str, str], what: str) -> Iterator[Problem]:
    counts = Counter(named.values())
    first: dict[str, str] = {}
    for key, name in named.items():
        if counts[name] > 1 and first.setdefault(name, key) != key:
            yield problem(
                key,
                name,
                f"{name!r} is the {what} at {first[name]} too.",
                f"Each {what} has a name of its own.",
                "Set another name for one of them.",
            )
