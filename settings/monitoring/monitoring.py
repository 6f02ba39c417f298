"""How closely a stack is watched, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from settings.monitoring.thresholds import Milliseconds, Thresholds
from settings.problems import Problem
from settings.section import Section, by_tier, problem, rule, section
from settings.values import Between, Mail, Many, Shaped

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


class Tracing(Section):
    """What X-Ray keeps of the requests."""

    percent: Annotated[int, Between(0, 100, "a percentage of requests", "Set for example 5.")] = 5
    """Requests of a hundred that are traced, beside the first of each second."""


class Monitoring(Section):
    """How closely the stack is watched, and who hears of it.

    What is deployed decides what is watched. Critical alarms tell at once, warnings after five minutes; however many
    go off together, one message says so.
    """

    level: Literal["free", "standard", "detailed"] = "standard"
    """free: one dashboard of 50 metrics and at most ten alarms, the most serious first, and nothing else that costs
    money. standard: everything below. detailed is also for the settings of that name."""
    detailed: bool = by_tier(production=True, staging=False, development=False)
    """Container Insights with enhanced observability; the database's enhanced monitoring and Performance Insights."""
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
    anomaly: bool = False
    """Whether an alarm learns what numbers of requests are usual, and tells of others."""
    queries: Queries = section()
    """Queries of the logs."""
