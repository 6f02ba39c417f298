"""How a system is operated."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from settings.edge.cdn import Domain
from settings.operations.contact import Contact
from settings.operations.validation import Validation
from settings.section import Section, section
from settings.values import Between, Name

Minutes = Annotated[int, Between(1, 10_080, "a number of minutes", "Set for example 60; a week, 10080, is the most.")]
Percent = Annotated[int, Between(0, 100, "a percentage", "Set for example 25.")]


class Snapshots(Section):
    """Snapshots of how services were deployed (CRT-DR-01)."""

    most: Annotated[int, Between(1, 1000, "a number of snapshots", "Set for example 10.")] = 10
    """How many are kept of each service."""
    days: Annotated[int, Between(1, 365, "a number of days", "Set for example 30.")] = 30
    """Days after which they go."""


class Health(Section):
    """When a system is well (CRT-OPS-04)."""

    interval_seconds: Annotated[int, Between(5, 3600, "a number of seconds", "Set for example 30.")] = 30
    """Seconds from look to look, while somebody watches."""
    response_ms: Annotated[int, Between(1, 600_000, "a time in milliseconds", "Set for example 2000.")] = 2000
    """Milliseconds above which answers are slow."""
    error_percent: Percent = 5
    """Percent of failed requests above which something is wrong."""
    anomalies: bool = True
    """Whether values are compared with what they were before."""
    least_score: Percent = 70
    """The score below which nothing is deployed (CRT-DEP-01)."""


class Rollback(Section):
    """When a deployment is taken back without anybody being asked (CRT-DR-05)."""

    automatic: bool = True
    """Whether it is at all."""
    error_percent: Percent = 25
    """Percent of failed requests above which it is."""
    unavailable_minutes: Annotated[int, Between(1, 60, "a number of minutes", "Set for example 5.")] = 5
    """Minutes without an answer after which it is."""


class Recovery(Section):
    """What was promised for a disaster; `plinth recover` compares it with what it takes."""

    rto_minutes: Minutes | None = None
    """Minutes until the system answers again; nothing was promised unless set."""
    rpo_minutes: Minutes | None = None
    """Minutes of data that may be lost; nothing was promised unless set."""


class Operations(Section):
    """How a system is operated with `plinth`."""

    bucket: Name | None = None
    """Key of plinth:buckets, where the records of changes and snapshots are kept; a bucket of its own, named
    <system>-operations-<environment>, unless set."""
    host: Domain | None = None
    """Host by which users reach the system over HTTPS, where plinth:dns does not say it; otherwise the name that leads
    to the CDN, the load balancer or the Beanstalk environment, or AWS's own."""
    monitoring_minutes: Annotated[int, Between(0, 60, "a number of minutes", "Set for example 5.")] = 5
    """Minutes for which a deployment is watched after the switch (CRT-DEP-04, CRT-MON-06)."""
    snapshots: Snapshots = section()
    """Snapshots of how services were deployed."""
    health: Health = section()
    """When the system is well."""
    rollback: Rollback = section()
    """When a deployment is taken back by itself."""
    recovery: Recovery = section()
    """What was promised for a disaster."""
    contacts: Annotated[dict[Name, Contact], Field(default_factory=dict, max_length=8)]
    """Whom to call, by part: operations, engineering, management."""
    validation: Validation = section()
    """What is asked of the system to see that it is well."""
