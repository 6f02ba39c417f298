"""What is asked of a system to see whether a deployment did it good."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from settings.edge.dns import UrlPath
from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Between, Name, Shaped

SuiteName = Literal["smoke", "api", "integration", "performance"]
SUITES: Final[tuple[SuiteName, ...]] = ("smoke", "api", "integration", "performance")
"""In the order in which they are run (CRT-OPS-16)."""
DOCUMENT_BYTES: Final = 4096
"""What a parameter in SSM holds, as which a suite is kept."""

Seconds = Annotated[int, Between(1, 600, "a number of seconds", "Set for example 10.")]
Header = Annotated[
    str, Shaped(r"[A-Za-z][A-Za-z0-9-]{0,63}", "a header's name", "It has letters, digits and hyphens.", "Set Accept.")
]


class Check(Section):
    """One request, and what makes its answer right."""

    path: UrlPath
    """What is asked for."""
    method: Literal["GET", "HEAD", "POST", "PUT", "DELETE"] = "GET"
    """The request's method. What changes data changes it in every validation."""
    body: dict[str, Any] | None = None
    """What is sent, as JSON."""
    headers: Annotated[dict[Header, str], Field(default_factory=dict)]
    """Headers of the request; $NAME in a value is read from the environment of whoever validates, so that no secret
    stands here."""
    status: Annotated[int, Between(100, 599, "a status of HTTP", "Set for example 200, or 401.")] | None = None
    """The status that is right; any below 400 unless set."""
    contains: str | None = None
    """Text that the answer must have in it; any answer is right unless set."""
    critical: bool = False
    """Whether all depends on it: it is tried three times, others once (CRT-OPS-17)."""


class Load(Section):
    """Many requests at once, and how they must be answered."""

    path: UrlPath
    """What is asked for."""
    concurrent: Annotated[int, Between(1, 1000, "a number of users", "Set for example 10.")] = 10
    """How many ask at the same time, each again as soon as it has its answer."""
    seconds: Seconds = 30
    """For how long."""
    p95_ms: Annotated[int, Between(1, 600_000, "a time in milliseconds", "Set for example 2000.")] = 2000
    """Milliseconds in which 95 percent of the answers must be there."""
    failures_percent: Annotated[float, Field(ge=0, le=100)] = 1.0
    """Percent of the requests that may fail."""


class Suite(Section):
    """Checks that belong together."""

    timeout_seconds: Seconds
    """Seconds for each check, or for all of it where there is a load."""
    checks: Annotated[dict[Name, Check], Field(default_factory=dict)]
    """What is asked, by name."""
    load: Load | None = None
    """Many requests at once, after the checks."""

    @rule
    def load_ends_in_time(self, key: str) -> Iterator[Problem]:
        if self.load is not None and self.load.seconds >= self.timeout_seconds:
            yield problem(
                f"{key}.load.seconds",
                self.load.seconds,
                f"The suite ends after {self.timeout_seconds} s.",
                "The load is over before the suite's timeout.",
                f"Set less, or a larger {key}.timeout_seconds.",
                why="It would be cut off while it is still right.",
            )

    @rule
    def something_is_asked(self, key: str) -> Iterator[Problem]:
        if not self.checks and self.load is None:
            yield problem(
                key, "", "It asks for nothing.", "A suite has checks, or a load.", "Add a check, or remove it."
            )

    def document(self) -> dict[str, Any]:
        """What the inventory says of it: its timeout, and else what is not as everywhere."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        return {**said, "timeout_seconds": self.timeout_seconds}

    @rule
    def it_fits_a_parameter(self, key: str) -> Iterator[Problem]:
        size = len(json.dumps(self.document()).encode())
        if size > DOCUMENT_BYTES:
            yield problem(
                key,
                "",
                f"It takes {size} bytes.",
                f"A suite is kept in a parameter of SSM, which holds {DOCUMENT_BYTES}.",
                "Leave checks out, or shorten what they send.",
            )


class Smoke(Suite):
    """Whether the system is up at all (CRT-OPS-12); what fails here is critical, and ends the validation."""

    timeout_seconds: Seconds = 10


class Api(Suite):
    """Whether its interfaces answer (CRT-OPS-13)."""

    timeout_seconds: Seconds = 15


class Integration(Suite):
    """Whether it reaches what it needs: database, cache, other services (CRT-OPS-14)."""

    timeout_seconds: Seconds = 30


class Performance(Suite):
    """Whether it is fast enough with many users (CRT-OPS-15)."""

    timeout_seconds: Seconds = 60


class Validation(Section):
    """The suites that `plinth validate` runs, and a deployment's third phase (CRT-OPS-12 to CRT-OPS-17)."""

    timeout_minutes: Annotated[int, Between(1, 120, "a number of minutes", "Set for example 10.")] = 10
    """Minutes after which the whole validation has failed (CRT-MON-06)."""
    smoke: Smoke | None = None
    """Whether it is up at all; what fails here is critical, and ends the validation."""
    api: Api | None = None
    """Whether its interfaces answer."""
    integration: Integration | None = None
    """Whether it reaches what it needs: database, cache, other services."""
    performance: Performance | None = None
    """Whether it is fast enough with many users."""

    @property
    def suites(self) -> Mapping[SuiteName, Suite]:
        """The suites that there are, in the order in which they are run."""
        return {name: suite for name in SUITES if (suite := getattr(self, name)) is not None}
