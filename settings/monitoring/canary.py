"""A canary: it asks for pages as users do, whether users come or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from settings.data.bucket_name import BucketName
from settings.edge.cdn import Domain
from settings.edge.dns import UrlPath
from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Between, Many, Shaped

MINUTE = 60  # seconds

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Library_python_selenium.html
Runtime = Annotated[
    str,
    Shaped(
        r"syn-python-selenium-[1-9][0-9]*\.[0-9]+",
        "a runtime of Synthetics for Python",
        "It is syn-python-selenium- and a version.",
        "'aws synthetics describe-runtime-versions' lists those that AWS still supports.",
        why="The canary's program is in Python.",
    ),
]


class Canary(Section):
    """A program in CloudWatch Synthetics that asks for pages from outside, around the clock.

    A page that does not answer, or answers with an error, fails the run, and an alarm tells at once.
    """

    paths: Annotated[Many[UrlPath], Field(max_length=10)] = ("/",)
    """What is asked for, one after the other; what answers 200 to whoever asks."""
    host: Domain | None = None
    """The host that is asked over HTTPS; the stack's CDN, load balancer or Beanstalk environment, by the name that
    plinth:dns gives it, unless set."""
    every_minutes: Annotated[
        int, Between(1, 60, "a number of minutes", "Set for example 5.", why="Synthetics takes no other.")
    ] = 5
    """Minutes from run to run; AWS charges each run, and an outage is heard of after this time."""
    timeout_seconds: Annotated[int, Between(3, 840, "a timeout in seconds", "Set for example 60.")] = 60
    """Seconds after which a run without an end has failed."""
    runtime: Runtime = "syn-python-selenium-14.0"
    """Version of Synthetics' runtime. AWS ends the support of old ones, and then refuses new canaries with them."""
    retention_days: Annotated[int, Between(1, 1024, "a number of days", "Set for example 31.")] = 31
    """Days that results of runs are kept, and what they leave in the bucket."""
    bucket: BucketName | None = None
    """Name in S3 of the bucket of the results; <system>-monitoring-canary-<environment> unless set."""

    @rule
    def something_is_asked_for(self, key: str) -> Iterator[Problem]:
        if not self.paths:
            yield problem(
                f"{key}.paths", "", "There is no path.", "A canary asks for at least one.", "Leave it out for '/'."
            )

    @rule
    def a_run_ends_before_the_next(self, key: str) -> Iterator[Problem]:
        if self.timeout_seconds > self.every_minutes * MINUTE:
            yield problem(
                f"{key}.timeout_seconds",
                self.timeout_seconds,
                f"The next run begins after {self.every_minutes * MINUTE} seconds.",
                "A run ends before the next one begins.",
                f"Set {self.every_minutes * MINUTE} or less, or more every_minutes.",
                why="Synthetics refuses it.",
            )
