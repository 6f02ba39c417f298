"""How closely a stack is watched, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.cost.budget import Mail
from settings.monitoring.canary import Canary
from settings.monitoring.thresholds import Milliseconds, Percent, Thresholds
from settings.monitoring.tracing import Tracing
from settings.problems import Problem
from settings.section import Section, by_tier, problem, rule, section
from settings.values import Many, Name, Shaped

DashboardName = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9_-]{1,255}",
        "the name of a dashboard",
        "It has at most 255 letters, digits, hyphens and underscores.",
        "Leave it out for <system>-<environment>.",
    ),
]
TopicName = Annotated[
    str,
    Shaped(
        r"[A-Za-z0-9_-]{1,256}",
        "the name of a topic",
        "It has at most 256 letters, digits, hyphens and underscores.",
        "Leave it out for <system>-alerts-<environment>.",
    ),
]
Namespace = Annotated[
    str,
    Shaped(
        r"(?!AWS/)[A-Za-z0-9.\-_/#]{1,255}",
        "a namespace of metrics of your own",
        "It has at most 255 letters, digits and .-_/#, and does not begin with AWS/.",
        "Set for example Shop/Production.",
    ),
]


class Queries(Section):
    """Queries of the logs that are kept in CloudWatch, for whoever looks for what went wrong."""

    slow_ms: Milliseconds = 1_000
    """Milliseconds from which on the query of slow requests shows one; it reads duration=<number> from the logs."""


class ServiceThresholds(Section):
    """What differs for one service."""

    cpu_percent: Percent | None = None
    """Warning: CPU; as for all unless set."""
    memory_percent: Percent | None = None
    """Warning: memory; as for all unless set."""


class Monitoring(Section):
    """How closely the stack is watched, and who hears of it.

    What is deployed decides what is watched. Critical alarms tell at once, warnings after five minutes; however many
    go off together, one message says so.
    """

    level: Literal["free", "standard", "detailed"] = by_tier(
        production="detailed", staging="standard", development="standard"
    )
    """free, one dashboard of 50 metrics, at most ten alarms, those of services that scale or roll back among them,
    and nothing that costs money; standard, everything below and Container Insights; detailed, besides, Container
    Insights with enhanced observability, and the database's enhanced monitoring and Performance Insights."""
    dashboard: DashboardName | None = None
    """Name of the dashboard; <system>-<environment> unless set."""
    topic: TopicName | None = None
    """Name of the SNS topic that alarms tell; <system>-alerts-<environment> unless set."""
    notify: Annotated[Many[Mail], Field(max_length=10)] = ()
    """Mail addresses that are subscribed to the topic; AWS asks each whether it wants to be."""
    namespace: Namespace | None = None
    """Namespace of the metrics that Plinth makes of logs; <system>/<environment> unless set."""
    thresholds: Thresholds = section()
    """From what values on somebody is told."""
    services: Annotated[dict[Name, ServiceThresholds], Field(default_factory=dict)]
    """What differs for single services, by their names."""
    anomaly: bool = False
    """Whether an alarm learns what numbers of requests are usual, and tells of others."""
    queries: Queries = section()
    """Queries of the logs."""
    tracing: Tracing = section()
    """What X-Ray records of the services and workers that it follows."""
    canary: Canary | None = None
    """A program that asks for pages as users do, and an alarm for when they are not answered; none unless set."""

    @property
    def detailed(self) -> bool:
        """Whether Container Insights and the database show everything that they can."""
        return self.level == "detailed"

    @property
    def free(self) -> bool:
        """Whether nothing may cost money."""
        return self.level == "free"

    @rule
    def free_is_free(self, key: str) -> Iterator[Problem]:
        charged = {
            "anomaly": (self.anomaly, "AWS charges an alarm that learns as three."),
            "tracing.insights": (self.tracing.insights, "AWS charges each trace that insights look at."),
            "canary": (self.canary is not None, "AWS charges each run of a canary."),
        }
        for what, (wanted, why) in charged.items():
            if self.free and wanted:
                yield problem(f"{key}.{what}", "", "The level is free.", why, "Remove it, or set level: standard.")
