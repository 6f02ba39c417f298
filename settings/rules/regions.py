"""What must be in the stack's own region."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.problems import REGION_KEY, Problem
from settings.section import problem

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
    arn = stack.load_balancer.certificate_arn if stack.load_balancer else None
    if arn is not None and arn.split(":")[3] != stack.region:
        yield problem(
            f"{key}load_balancer.certificate_arn",
            arn,
            f"The certificate is in {arn.split(':')[3]}, the stack in {stack.region}.",
            "A load balancer takes certificates of its own region.",
            f"Request or import the certificate in {stack.region}.",
        )
