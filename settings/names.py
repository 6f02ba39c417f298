"""Names in AWS, and how long they may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from settings.stack import Stack


Scope = Literal["region", "account", "world"]


class Kind(NamedTuple):
    """A kind of AWS name."""

    what: str
    longest: int
    scope: Scope = "region"
    """Within what such a name is there once: a region of an account, the account, or all accounts."""


# Each from the kind's page in the AWS API reference.
TARGET_GROUP: Final = Kind("target group names", 32)
LOAD_BALANCER: Final = Kind("load balancer names", 32)
REPLICATION_GROUP: Final = Kind("replication group ids", 40)
DATABASE: Final = Kind("RDS identifiers", 63)
BUCKET: Final = Kind("bucket names", 63, "world")
ROLE: Final = Kind("IAM role names", 64, "account")
REPOSITORY: Final = Kind("names of ECR repositories", 256)

GREEN: Final = "-green"
"""What the name of a service's alternate target group ends in."""
LONGEST_ROLE: Final = "execution"
"""The longest of the suffixes that a service's roles have."""


class Derived(NamedTuple):
    """A name made from settings."""

    key: str
    """The setting that it comes from."""
    name: str
    kind: Kind
    remedy: str


def name(stack: Stack, *what: str) -> str:
    """``<system>-<what>-<environment>``."""
    return "-".join((stack.system, *what, stack.environment))


def target_group(stack: Stack, service: str) -> str:
    """The name of a service's target group; the alternate one's ends in ``-green``."""
    return stack.services[service].target_group or name(stack, service)


def of_stack(stack: Stack, key: str) -> Iterator[Derived]:
    """The names that follow from system and environment alone."""
    shorter = "Shorten system or environment."
    yield Derived(f"{key}system", name(stack, "alb"), LOAD_BALANCER, shorter)
    yield Derived(f"{key}system", name(stack, "postgres", "monitoring"), ROLE, shorter)


def of_service(stack: Stack, key: str, service: str) -> Iterator[Derived]:
    """The names that follow from a service; `key` is where it is in the file."""
    alternate = GREEN if stack.services[service].deployment.switches else ""
    remedy = f"Set a {key}.target_group of at most {TARGET_GROUP.longest - len(alternate)} characters."
    yield Derived(f"{key}.target_group", target_group(stack, service) + alternate, TARGET_GROUP, remedy)
    yield Derived(key, name(stack, service, LONGEST_ROLE), ROLE, "Give the service a shorter name.")


def repository(key: str, repository: str) -> Derived:
    """The name of a repository of images; `key` is where the image is in the file."""
    return Derived(f"{key}.image.repository", repository, REPOSITORY, f"Set a shorter {key}.image.repository.")


def of_redis(stack: Stack, key: str) -> Iterator[Derived]:
    """The name of the replication group; `key` is where Redis is in the file."""
    yield Derived(key, name(stack, "redis"), REPLICATION_GROUP, "Shorten system or environment.")


def of_postgres(stack: Stack, key: str, identifier: str | None) -> Iterator[Derived]:
    """The name of the database instance; `key` is where it is in the file."""
    yield Derived(f"{key}.identifier", identifier or name(stack, "db"), DATABASE, f"Set a shorter {key}.identifier.")


def of_bucket(stack: Stack, key: str, bucket: str) -> Iterator[Derived]:
    """The name of a bucket; `key` is where it is in the file."""
    yield Derived(
        f"{key}.name", stack.buckets[bucket].name or name(stack, bucket), BUCKET, f"Set a shorter {key}.name."
    )
