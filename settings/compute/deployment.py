"""How a new version takes over from the old one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from settings.problems import Problem, one_of
from settings.section import Section, problem, rule
from settings.values import Between

Strategy = Literal["rolling", "blue_green", "canary", "linear"]
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
Minutes = Annotated[int, Between(0, 1440, "a number of minutes", "Set for example 5; a day, 1440, is the most.")]

STRATEGIES_OF: Final[dict[str, tuple[Strategy, ...]]] = {
    "bake_minutes": ("blue_green", "canary", "linear"),
    "canary_percent": ("canary",),
    "canary_bake_minutes": ("canary",),
    "step_percent": ("linear",),
    "step_bake_minutes": ("linear",),
}
"""The fields that only some strategies know, and these strategies."""


class Deployment(Section):
    """The deployment strategy of an ECS service (AUT-DEP-05). Each rolls back by itself when the new version fails."""

    strategy: Strategy = "rolling"
    """rolling goes task by task; blue_green switches all traffic at once, canary in two steps, linear in even ones."""
    bake_minutes: Minutes = 5
    """blue_green, canary, linear: minutes that both versions run on after the switch; going back then takes seconds."""
    canary_percent: Annotated[int, Between(1, 99, "a canary's share of traffic in percent", "Set for example 10.")] = 10
    """canary: percent of the traffic that the new version gets first."""
    canary_bake_minutes: Minutes = 5
    """canary: minutes until it gets the rest."""
    step_percent: Annotated[int, Between(3, 99, "a step in percent of traffic", "Set for example 20.")] = 20
    """linear: percent of the traffic that each step moves."""
    step_bake_minutes: Minutes = 5
    """linear: minutes between steps."""
    minimum_healthy_percent: Annotated[
        int, Between(0, 100, "a percentage of healthy tasks", "Set 100 to lose no capacity while deploying.")
    ] = 100
    """Percent of the desired tasks that stay up while deploying."""
    maximum_percent: Annotated[
        int, Between(100, 200, "a maximum of tasks in percent", "Set 200 to start all new tasks at once.")
    ] = 200
    """Percent of the desired tasks that may run while deploying."""
    rollback_alarms: bool = True
    """Whether answers of 500 and above, and unhealthy targets, roll a deployment back too."""

    @property
    def switches(self) -> bool:
        """Whether traffic moves from one target group to an alternate one, instead of task by task."""
        return self.strategy != "rolling"

    @rule
    def fields_belong_to_the_strategy(self, key: str) -> Iterator[Problem]:
        for name, strategies in STRATEGIES_OF.items():
            if name in self.model_fields_set and self.strategy not in strategies:
                yield problem(
                    f"{key}.{name}",
                    getattr(self, name),
                    f"{name} is set, but the strategy is {self.strategy}.",
                    f"It belongs to {one_of(strategies)}.",
                    f"Remove it, or set strategy to {one_of(strategies)}.",
                )

    @rule
    def tasks_can_be_replaced(self, key: str) -> Iterator[Problem]:
        if self.minimum_healthy_percent == self.maximum_percent == 100:  # noqa: PLR2004 - percent
            yield problem(
                f"{key}.maximum_percent",
                self.maximum_percent,
                "100 leaves no room to deploy.",
                "maximum_percent is more than minimum_healthy_percent.",
                "Set maximum_percent to 200, or minimum_healthy_percent to 50.",
                why="No task could start before another stops, and none could stop before another starts.",
            )
