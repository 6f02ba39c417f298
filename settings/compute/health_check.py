"""How a load balancer asks whether what is behind it is well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Between, Shaped

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
Threshold = Annotated[int, Between(2, 10, "a number of checks in a row", "Set for example 3.")]


class Probe(Section):
    """A target group's health check, over HTTP."""

    path: Annotated[
        str,
        Shaped(
            r"/[!-~]{0,1023}",
            "a path to check",
            "It begins with '/' and has at most 1024 printable characters.",
            "Set for example '/health'.",
        ),
    ] = "/health"
    """Path that answers when the service is well."""
    interval_seconds: Annotated[int, Between(5, 300, "an interval in seconds", "Set for example 30.")] = 30
    """Seconds from check to check."""
    timeout_seconds: Annotated[int, Between(2, 120, "a timeout in seconds", "Set for example 5.")] = 5
    """Seconds after which a check without an answer has failed."""
    healthy_threshold: Threshold = 3
    """Good answers in a row that make it healthy."""
    unhealthy_threshold: Threshold = 3
    """Bad answers in a row that make it unhealthy."""
    matcher: Annotated[
        str,
        Shaped(
            r"[2-4]\d\d(-[2-4]\d\d)?(,[2-4]\d\d(-[2-4]\d\d)?)*",
            "a set of HTTP statuses",
            "It holds statuses from 200 to 499, alone, in lists or in ranges.",
            "Set for example '200' or '200-299', in quotes.",
        ),
    ] = "200"
    """Statuses that count as good."""

    @rule
    def timeout_is_within_the_interval(self, key: str) -> Iterator[Problem]:
        if self.timeout_seconds >= self.interval_seconds:
            yield problem(
                f"{key}.timeout_seconds",
                self.timeout_seconds,
                f"{self.timeout_seconds} is not less than interval_seconds, which is {self.interval_seconds}.",
                "A check ends before the next begins.",
                f"Set timeout_seconds below {self.interval_seconds}, or a longer interval.",
            )


class HealthCheck(Probe):
    """The target group's health check, over HTTP on the container's port."""

    grace_seconds: Annotated[
        int,
        Between(0, 2_147_483_647, "a grace period in seconds", "Set it to the time that the service takes to start."),
    ] = 60
    """Seconds after its start in which a task may fail checks."""
