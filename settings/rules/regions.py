"""What must be in the stack's own region."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from settings.problems import REGION_KEY, Problem
from settings.section import Unknown, problem

if TYPE_CHECKING:
    from settings.stack import Stack


def zones_are_in_the_region(stack: Stack, key: str) -> Iterator[Problem]:
    for zone in sorted(set(stack.network.availability_zones)):
        if zone[:-1] != stack.region:
            yield problem(
                f"{key}network.availability_zones",
                zone,
                f"{zone} is not a zone of {stack.region}.",
                "All zones belong to the stack's region.",
                f"Set zones of {stack.region}, such as {stack.region}a, or another {REGION_KEY}.",
            )


def certificate_is_in_the_region(stack: Stack, key: str) -> Iterator[Problem]:
    for field in ("load_balancer", "beanstalk"):
        with suppress(Unknown):
            section = getattr(stack, field)
            arn = section.certificate_arn if section else None
            if arn is not None and arn.split(":")[3] != stack.region:
                yield problem(
                    f"{key}{field}.certificate_arn",
                    arn,
                    f"The certificate is in {arn.split(':')[3]}, the stack in {stack.region}.",
                    "A load balancer takes certificates of its own region.",
                    f"Request or import the certificate in {stack.region}.",
                )


def copies_leave_the_region(stack: Stack, key: str) -> Iterator[Problem]:
    for at, region in _copies(stack, key):
        if region == stack.region:
            yield problem(
                at,
                region,
                f"{region} is the stack's own region.",
                "A copy is in another region.",
                "Set another one, or remove it.",
                why="What takes down the region would take the copy with it.",
            )


def _copies(stack: Stack, key: str) -> Iterator[tuple[str, str]]:
    """Where copies of data and images go, by the keys that say so."""
    with suppress(Unknown):
        if stack.backup is not None and stack.backup.copy_to is not None:
            yield f"{key}backup.copy_to", stack.backup.copy_to
    with suppress(Unknown):
        if stack.postgres is not None and stack.postgres.backup_region is not None:
            yield f"{key}postgres.backup_region", stack.postgres.backup_region
    with suppress(Unknown):
        for region in stack.images.replicate_to:
            yield f"{key}images.replicate_to", region
    with suppress(Unknown):
        for name, files in stack.files.items():
            with suppress(Unknown):
                if files.replicate_to is not None:
                    yield f"{key}files.{name}.replicate_to", files.replicate_to
    with suppress(Unknown):
        for name, bucket in stack.buckets.items():
            with suppress(Unknown):
                if bucket.replicate_to is not None:
                    yield f"{key}buckets.{name}.replicate_to.region", bucket.replicate_to.region
