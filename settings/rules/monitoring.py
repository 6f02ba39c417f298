"""What monitoring names is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from settings.edge import domains
from settings.problems import Problem
from settings.rules.report import missing
from settings.section import problem

if TYPE_CHECKING:
    from settings.stack import Stack


def what_is_watched_is_there(stack: Stack, key: str) -> Iterator[Problem]:
    for name in stack.monitoring.services:
        if name not in stack.services:
            yield missing(f"{key}monitoring.services.{name}", name, "service", stack.services)


def free_is_free(stack: Stack, key: str) -> Iterator[Problem]:
    if stack.monitoring.free and stack.audit is not None and stack.audit.events:
        yield problem(
            f"{key}audit.events",
            True,  # noqa: FBT003 - the value of the setting
            "The level of monitoring is free.",
            "CloudWatch charges for records that it keeps, and for alarms beyond ten.",
            "Set false, or monitoring.level: standard.",
        )


def canary_asks_what_answers(stack: Stack, key: str) -> Iterator[Problem]:
    canary, front = stack.monitoring.canary, domains.front(stack)
    if canary is None or canary.host is not None:
        return
    if front is None:
        yield problem(
            f"{key}monitoring.canary",
            "",
            "Nothing of the stack answers from the internet.",
            "A canary asks what users ask: a CDN, a load balancer or a Beanstalk environment.",
            "Remove it, or set monitoring.canary.host to the host that it is to ask.",
        )
    elif front != "cdn" and domains.has_certificate(stack, front) and not domains.leading_to(stack, front):
        yield problem(
            f"{key}monitoring.canary.host",
            "",
            f"No name in plinth:dns leads to {front}, which has a certificate.",
            "A canary checks certificates as browsers do, and AWS's own name of it is in none.",
            f"Set monitoring.canary.host to a name in the certificate, or a name in plinth:dns that leads to {front}.",
        )
