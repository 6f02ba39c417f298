"""How an environment on Elastic Beanstalk changes: with the load, by a new version, by updates of its platform."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Between, Shaped

Percent = Annotated[int, Between(1, 100, "a percentage", "Set for example 30.")]
Policy = Literal["rolling", "rolling_with_additional_batch", "immutable", "traffic_splitting"]
Metric = Literal[
    "CPUUtilization", "DiskReadBytes", "DiskReadOps", "DiskWriteBytes", "DiskWriteOps", "HealthyHostCount", "Latency",
    "NetworkIn", "NetworkOut", "RequestCount", "TargetResponseTime", "UnhealthyHostCount",
]  # fmt: skip

SETTING_OF: Final[dict[str, tuple[Policy, ...]]] = {
    "batch_percent": ("rolling", "rolling_with_additional_batch"),
    "new_version_percent": ("traffic_splitting",),
    "evaluation_minutes": ("traffic_splitting",),
}
"""The fields of a deployment that only some policies know, and these policies."""


class Trigger(Section):
    """The metric that makes instances come and go; Beanstalk watches one, and memory is not among them."""

    metric: Metric = "CPUUtilization"
    """The metric, averaged over the instances."""
    upper: Annotated[int, Between(0, 2**53, "a threshold", "Set for example 70.")] = 70
    """Above it instances are added; in the metric's unit: percent, bytes, seconds or counts."""
    add: Annotated[int, Between(1, 10_000, "a number of instances", "Set for example 1.")] = 1
    """Instances added at a time."""
    lower: Annotated[int, Between(0, 2**53, "a threshold", "Set for example 30.")] = 30
    """Below it instances are removed."""
    remove: Annotated[int, Between(1, 10_000, "a number of instances", "Set for example 1.")] = 1
    """Instances removed at a time."""
    period_minutes: Annotated[int, Between(1, 600, "a number of minutes", "Set for example 5.")] = 5
    """Minutes between measurements."""
    breach_minutes: Annotated[int, Between(1, 600, "a number of minutes", "Set for example 5.")] = 5
    """Minutes that a threshold is passed before anything happens."""

    @rule
    def thresholds_are_apart(self, key: str) -> Iterator[Problem]:
        if self.lower >= self.upper:
            yield problem(
                f"{key}.lower",
                self.lower,
                f"{self.lower} is not below upper, which is {self.upper}.",
                "lower is less than upper.",
                f"Set it well below {self.upper}, e.g. {self.upper // 2}.",
                why="Otherwise instances would come and go in turns.",
            )


class Rollout(Section):
    """How a new version takes over; a version whose instances do not become healthy is not kept."""

    policy: Policy = "rolling"
    """rolling replaces the version batch by batch, rolling_with_additional_batch with one batch of new instances more,
    so that no capacity is lost; immutable starts all instances anew; traffic_splitting tries it on a part first."""
    batch_percent: Percent = 30
    """rolling policies: percent of the instances in a batch; at least one instance."""
    new_version_percent: Annotated[int, Between(1, 99, "a share of traffic in percent", "Set for example 10.")] = 10
    """traffic_splitting: percent of the traffic that the new version gets first."""
    evaluation_minutes: Annotated[int, Between(1, 600, "a number of minutes", "Set for example 5.")] = 5
    """traffic_splitting: minutes that it must stay healthy until it gets the rest."""
    timeout_seconds: Annotated[int, Between(1, 3600, "a timeout in seconds", "Set for example 600.")] = 600
    """Seconds that an instance may take to deploy the version."""

    @rule
    def fields_belong_to_the_policy(self, key: str) -> Iterator[Problem]:
        for name, policies in SETTING_OF.items():
            if name in self.model_fields_set and self.policy not in policies:
                yield problem(
                    f"{key}.{name}",
                    getattr(self, name),
                    f"{name} is set, but the policy is {self.policy}.",
                    f"It belongs to {' and '.join(policies)}.",
                    "Remove it, or set another policy.",
                )


class ManagedUpdates(Section):
    """Updates of the platform that Beanstalk makes by itself, weekly, on new instances."""

    start: Annotated[
        str,
        Shaped(
            r"(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d",
            "the start of a weekly window",
            "It is a day and a time in UTC.",
            "Set for example sun:02:00.",
        ),
    ] = "sun:02:00"
    """When the weekly window of two hours opens, in UTC."""
    level: Literal["minor", "patch"] = "minor"
    """How far updates go."""
    refresh_instances: bool = True
    """Whether all instances are made anew each week, even without an update."""
