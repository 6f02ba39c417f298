"""What runs against what the program deployed, by the inventory: what operators change by hand, and nothing else.

All other drift is Pulumi's to find: pulumi preview --refresh --expect-no-changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from scripts.cloud import together
from scripts.ecs.definitions import revision
from scripts.ecs.service import EcsService, primary
from scripts.ecs.services import described
from scripts.ecs.snapshot import scaling
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target


class Difference(BaseModel):
    """Something that is not as the program deployed it."""

    model_config = ConfigDict(frozen=True)

    of: str
    what: str
    deployed: str
    now: str


class Drift(Result):
    """All that differs."""

    stack: str
    differences: tuple[Difference, ...]

    def show(self, console: Console) -> None:
        """Print a line for each."""
        if not self.differences:
            console.print(f"{self.stack}: operators changed nothing that lasts", markup=False)
            return
        rows = [(each.of, each.what, each.deployed, each.now) for each in self.differences]
        console.print(table("of", "what", "by pulumi up", "now", rows=rows))
        console.print("pulumi up --refresh brings back what the stack file says; write down there what is to stay")


def drift_of(target: Target) -> Drift:
    """Compare all services side by side."""
    there = described(target)
    services = [(EcsService(target, key, target.inventory.services[key]), now) for key, now in there.items()]
    found = [each for some in together(_of_service, services) for each in some]
    return Drift(stack=target.stack, differences=tuple(found))


def _of_service(given: tuple[EcsService, dict[str, Any]]) -> list[Difference]:
    service, now = given
    entry, found = service.entry, list[Difference]()
    runs, deployed = primary(now)["taskDefinition"], entry.task_definition_arn
    if deployed and runs != deployed:
        found.append(Difference(of=service.key, what="release", deployed=revision(deployed), now=revision(runs)))
    limits = scaling(service)
    if entry.max and limits and (limits["min"], limits["max"]) != (entry.min, entry.max):
        scaled = f"{limits['min']} to {limits['max']}"
        found.append(Difference(of=service.key, what="tasks", deployed=f"{entry.min} to {entry.max}", now=scaled))
    return found
