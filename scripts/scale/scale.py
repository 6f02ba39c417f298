"""Changing how many tasks a service has, its autoscaling included (CRT-DR-03, CRT-DR-07, RPH-OPS-01)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scripts.ecs.snapshot import scaling
from scripts.errors import Exit, PlinthError
from scripts.operations.operation import operation
from scripts.output import Result
from scripts.waiting import poll

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from scripts.ecs.service import EcsService

_EVERY_SECONDS = 3


class Scaled(Result):
    """How many tasks a service had and has, and from where to where it scales by itself; None where it does not."""

    service: str
    before: int
    now: int
    floor_before: int | None
    floor: int | None
    ceiling: int | None

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(f"{self.service}: {self.now} tasks, {self.before} before", markup=False)
        if self.floor is not None:
            console.print(f"  scales by itself from {self.floor} to {self.ceiling}", markup=False)


def check(service: EcsService, count: int, *, ceiling: int | None) -> None:
    """PlinthError when a service cannot have so many tasks."""
    limits = scaling(service)
    most = ceiling if ceiling is not None else limits.get("max")
    if most is not None and count > most:
        raise PlinthError(
            f"{service} has at most {most} tasks, and {count} are asked for",
            f"Ask for {most}, or raise the ceiling as well: --max {count}",
            Exit.USAGE,
        )
    if count == 0 and service.target.inventory.platform.tier == "production":
        raise PlinthError(
            f"{service} would have no task, and nobody would be answered", "Ask for at least 1", Exit.USAGE
        )


def scale(service: EcsService, count: int, *, reason: str, ceiling: int | None = None, minutes: float = 10) -> Scaled:
    """Give a service so many tasks, and make that the floor of its autoscaling, or it would take them away again.

    Raises PlinthError when they do not run in time.
    """
    arguments = {"service": service.key, "to": count, "max": ceiling}
    with operation(service.target, "scale", arguments, reason=reason) as op:
        before = op.step("what runs now", lambda: {"tasks": service.describe()["desiredCount"]} | _limits(service))
        limits = None
        if before["max"] is not None:
            limits = (count, max(ceiling or before["max"], count))
            op.step(f"autoscaling from {limits[0]} to {limits[1]}", lambda: _set_limits(service, *limits))
        op.step(f"{count} tasks", lambda: service.update(desiredCount=count)["desiredCount"])
        op.step("waiting for them", lambda: _wait(service, count, minutes, op.note))
        return Scaled(
            service=service.key,
            before=before["tasks"],
            now=count,
            floor_before=before["min"],
            floor=limits[0] if limits else None,
            ceiling=limits[1] if limits else None,
        )


def _limits(service: EcsService) -> dict[str, Any]:
    found = scaling(service)
    return {"min": found.get("min"), "max": found.get("max")}


def _set_limits(service: EcsService, floor: int, ceiling: int) -> None:
    service.target.cloud.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{service.cluster}/{service.entry.name}",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=floor,
        MaxCapacity=ceiling,
    )


def _wait(service: EcsService, count: int, minutes: float, note: Callable[[str], None]) -> int:
    running = -1
    for _ in poll(f"{service}", minutes, every=_EVERY_SECONDS, remedy="plinth diagnose says why tasks do not start"):
        now = service.describe()
        if now["runningCount"] != running:
            running = now["runningCount"]
            note(f"{running} of {count} tasks run")
        if running == count and now["pendingCount"] == 0:
            return count
    raise AssertionError("poll ends with an exception")
