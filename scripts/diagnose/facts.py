"""What the findings judge."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from scripts.health.metrics import Series
    from scripts.logs.search import Line
    from scripts.target import Target
    from scripts.validate.run import Ran

Kind = Literal["service", "target group", "load balancer", "cdn", "file system", "bucket", "worker", "queue"]


@dataclass(frozen=True)
class Missing:
    """Something that is not there: what it is of the stack, and its name in AWS."""

    kind: Kind
    component: str
    name: str


@dataclass(frozen=True)
class ServiceFacts:
    """A service as ECS and the load balancer see it. `stopped` are tasks of the last hour, the newest first."""

    key: str
    now: dict[str, Any]
    stopped: list[dict[str, Any]]
    targets: list[dict[str, Any]]
    said: tuple[str, ...] = ()
    """What the task that ended last wrote at its end."""


@dataclass(frozen=True)
class WorkerFacts:
    """A worker as AWS has it: the function's settings, what feeds it, and how many messages wait."""

    key: str
    settings: dict[str, Any]
    feeds: list[dict[str, Any]]
    reserved: int | None = None
    """Of the account's concurrency, set apart for it; at 0 it is switched off."""
    waiting: int = 0

    @property
    def most_at_once(self) -> int | None:
        """Batches that may be worked on at a time; None where only the account's quota says."""
        feeds = [each.get("ScalingConfig", {}).get("MaximumConcurrency") for each in self.feeds]
        return min((each for each in (self.reserved, *feeds) if each is not None), default=None)


@dataclass(frozen=True)
class EnvironmentFacts:
    """The environment as Beanstalk describes it. causes: why its health is what it is; instances: those not well."""

    now: dict[str, Any]
    events: list[dict[str, Any]] = field(default_factory=list)
    causes: list[str] = field(default_factory=list)
    instances: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Certificate:
    """A certificate that something shows to those who ask it."""

    of: str
    arn: str
    found: dict[str, Any]
    """What ACM tells of it; empty where ACM does not have it."""


@dataclass(frozen=True)
class State:
    """The operations that were under way when a run ended; `unread` says why, where the state could not be read."""

    pending: tuple[dict[str, Any], ...] = ()
    unread: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything that was looked at."""

    target: Target
    since: dt.datetime
    services: list[ServiceFacts] = field(default_factory=list)
    series: dict[str, Series] = field(default_factory=dict)
    endpoints: list[Ran] = field(default_factory=list)
    """Answers to the suites' questions."""
    alarms: list[dict[str, Any]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    database: dict[str, Any] | None = None
    redis: dict[str, Any] | None = None
    environment: EnvironmentFacts | None = None
    workers: list[WorkerFacts] = field(default_factory=list)
    rules: list[dict[str, Any]] | None = None
    """Of the security groups of services and stores."""
    certificates: list[Certificate] = field(default_factory=list)
    state: State = field(default_factory=State)
    """Pulumi's, of the stack."""
    unread: tuple[str, ...] = ()
    """What could not be looked at, and why."""
