"""How many tasks a service runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final

from settings.problems import Problem
from settings.section import Section, problem, rule
from settings.values import Between

MOST_TASKS: Final = (
    5000  # tasks per service, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
)

Tasks = Annotated[int, Between(0, MOST_TASKS, "a number of tasks", "Set for example 2.")]
Step = Annotated[int, Between(1, MOST_TASKS, "a number of tasks to add or remove", "Set for example 1.")]
Percent = Annotated[int, Between(1, 100, "a percentage", "Set for example 70.")]


class Count(Section):
    """How many tasks run: autoscaling moves between min and max, desired is where it starts."""

    min: Tasks
    """Fewest tasks."""
    desired: Tasks
    """Tasks at the first deployment; from then on autoscaling decides."""
    max: Tasks
    """Most tasks."""

    @rule
    def min_is_not_above_max(self, key: str) -> Iterator[Problem]:
        if self.min > self.max:
            yield problem(
                f"{key}.min",
                self.min,
                f"{self.min} is more than max, which is {self.max}.",
                "min is at most max.",
                f"Set min to {self.max} or less, or max to {self.min} or more.",
            )

    @rule
    def desired_is_between(self, key: str) -> Iterator[Problem]:
        if self.min <= self.max and not self.min <= self.desired <= self.max:
            yield problem(
                f"{key}.desired",
                self.desired,
                f"{self.desired} is not between min and max, which are {self.min} and {self.max}.",
                "desired lies between them.",
                f"Set it to a number from {self.min} to {self.max}.",
                why="Autoscaling would change it at once.",
            )

    @rule
    def something_can_run(self, key: str) -> Iterator[Problem]:
        if self.max == 0:
            yield problem(f"{key}.max", 0, "0 is no maximum.", "At least one task can run.", "Set max to 1 or more.")


class CpuSteps(Section):
    """Two thresholds of CPU, and how many tasks each adds or removes."""

    up_above: Percent
    """Percent of CPU above which tasks are added."""
    add: Step
    """Tasks added at a time."""
    down_below: Percent
    """Percent of CPU below which tasks are removed."""
    remove: Step
    """Tasks removed at a time."""

    @rule
    def thresholds_are_apart(self, key: str) -> Iterator[Problem]:
        if self.down_below >= self.up_above:
            yield problem(
                f"{key}.down_below",
                self.down_below,
                f"{self.down_below} is not below up_above, which is {self.up_above}.",
                "down_below is less than up_above.",
                f"Set it well below {self.up_above}, e.g. {max(1, self.up_above // 2)}.",
                why="Otherwise the service would add and remove tasks in turns.",
            )


class Scaling(Section):
    """What makes tasks come and go: a target to hold, or two thresholds with steps."""

    cpu_target: Percent | None = None
    """Percent of CPU that tasks are kept at on average."""
    memory_target: Percent | None = None
    """Percent of memory that tasks are kept at on average."""
    cpu_steps: CpuSteps | None = None
    """Two thresholds of CPU with steps, instead of targets."""
    cooldown_seconds: Annotated[
        int, Between(0, 3600, "a cooldown in seconds", "Set for example 60, or 300 for slow starters.")
    ] = 60
    """Seconds that scaling waits for its last step to take effect."""

    @rule
    def one_way_of_scaling(self, key: str) -> Iterator[Problem]:
        targets = [name for name in ("cpu_target", "memory_target") if getattr(self, name) is not None]
        if self.cpu_steps is None and not targets:
            yield problem(
                key,
                {},
                "Nothing says when to scale.",
                "One of cpu_target, memory_target and cpu_steps is set.",
                "Set cpu_target: 70, or leave scaling out.",
            )
        if self.cpu_steps is not None and targets:
            yield problem(
                f"{key}.{targets[0]}",
                getattr(self, targets[0]),
                f"{' and '.join(targets)} and cpu_steps are set together.",
                "Scaling follows targets or steps.",
                "Remove one of them.",
                why="They would work against each other.",
            )
