"""How many instances the environment has, by the calendar: its scheduled actions, and one of them run now (UTJ-CMP-04).

The calendar is the stack file's (`beanstalk.seasons`), and Beanstalk keeps it as scheduled actions. The type of the
instances is no part of them: `beanstalk.season` in the stack file, and pulumi up.
https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-autoscaling-scheduledactions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict

from scripts.beanstalk.environments import ready
from scripts.errors import unknown
from scripts.operations.operation import operation
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.beanstalk.deployable import BeanstalkDeployable

_ACTIONS: Final = "aws:autoscaling:scheduledaction"
_GROUP: Final = "aws:autoscaling:asg"
_INSTANCES: Final = "aws:ec2:instances"


class Action(BaseModel):
    """A scheduled action: at these times (cron, in UTC) the environment has from so many to so many instances."""

    model_config = ConfigDict(frozen=True)

    recurrence: str
    min: int
    max: int


class Seasons(Result):
    """The environment as it is set now, and its calendar."""

    environment: str
    min: int
    max: int
    instance_types: str
    actions: dict[str, Action]

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(f"{self.environment}: {self.min} to {self.max} instances, {self.instance_types}", markup=False)
        rows = [(name, each.recurrence, f"{each.min} to {each.max}") for name, each in self.actions.items()]
        if rows:
            console.print(table("action", "at (UTC)", "instances", rows=rows))
        else:
            console.print("no scheduled actions: beanstalk.seasons in the stack file makes them")


def seasons(thing: BeanstalkDeployable) -> Seasons:
    """Ask Beanstalk for its settings."""
    found = thing.settings()
    value = {(each["Namespace"], each["OptionName"]): each.get("Value", "") for each in found}
    actions: dict[str, dict[str, str]] = {}
    for each in found:
        if each["Namespace"] == _ACTIONS and each.get("ResourceName") and each.get("Value"):
            actions.setdefault(each["ResourceName"], {})[each["OptionName"]] = each["Value"]
    return Seasons(
        environment=thing.entry.environment,
        min=int(value[_GROUP, "MinSize"]),
        max=int(value[_GROUP, "MaxSize"]),
        instance_types=value.get((_INSTANCES, "InstanceTypes"), ""),
        actions={
            name: Action(recurrence=each["Recurrence"], min=int(each["MinSize"]), max=int(each["MaxSize"]))
            for name, each in sorted(actions.items())
            if {"Recurrence", "MinSize", "MaxSize"} <= each.keys()
        },
    )


def action(found: Seasons, name: str) -> Action:
    """The action of that name; PlinthError with the nearest names when there is none."""
    if name not in found.actions:
        raise unknown("scheduled action", name, found.actions)
    return found.actions[name]


def run_now(thing: BeanstalkDeployable, name: str, *, minutes: float) -> Seasons:
    """Set the environment to the sizes of an action, as the calendar would; until the next action, or pulumi up."""
    wanted = action(seasons(thing), name)
    sizes = {"MinSize": str(wanted.min), "MaxSize": str(wanted.max)}
    with operation(thing.target, "beanstalk season", {"action": name}) as op:
        op.step(
            f"{wanted.min} to {wanted.max} instances",
            lambda: thing.client.update_environment(
                EnvironmentName=thing.entry.environment,
                OptionSettings=[{"Namespace": _GROUP, "OptionName": key, "Value": sizes[key]} for key in sizes],
            )["EnvironmentId"],
        )
        op.step("wait until it is ready", lambda: ready(thing.client, thing.entry.environment, minutes, op.note))
        return seasons(thing)
