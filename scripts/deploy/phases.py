"""The five phases of a deployment, each with what it must show before the next begins (CRT-DEP-01 to CRT-DEP-05)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from scripts.deploy.deployable import Outcome
from scripts.errors import Exit, PlinthError
from scripts.snapshots.store import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripts.deploy.deployable import Deployable
    from scripts.operations.operation import Operation
    from scripts.target import Target

LEAST_SUCCESS_PERCENT: Final = 90
"""Of the checks after a deployment (CRT-DEP-03)."""


class Phase(BaseModel):
    """How a phase ended."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: Literal["passed", "failed", "skipped"]
    detail: str = ""


class NotWell(Exception):  # noqa: N818 - it is a finding
    """A phase after the switch found that the new release does the system no good."""


@dataclass(frozen=True)
class Deployment:
    """One release of one thing on its way, with the choices of whoever deploys it."""

    target: Target
    thing: Deployable
    operation: Operation
    minutes: float
    """How long the rollout may take."""
    force: bool = False
    """Deploy although the system is not well: the new release may be the cure."""
    monitoring_minutes: float | None = None
    """In place of what the stack file says."""
    suites: tuple[str, ...] = ()
    """Those that are run on the new release; all of the stack file unless named."""

    def before(self) -> Phase:
        """The system is well enough, and how it is deployed is kept (CRT-DEP-01)."""
        from scripts.health.health import health_of  # noqa: PLC0415 - it is asked only in a deployment

        health = self.operation.step("health before", lambda: health_of(self.target).summary())
        least = _operations(self.target).health.least_score
        score = health["score"]
        if score is not None and score < least and not self.force:
            raise PlinthError(
                f"the system's health is {score:g} of 100 ({health['band']}), and nothing is deployed below {least}",
                f"plinth diagnose --stack {self.target.stack} says why; --force deploys all the same",
                Exit.RESOURCE,
            )
        taken = self._snapshot("before")
        return Phase(name="before", state="passed", detail=f"health {health['score']}, snapshot {taken}")

    def rollout(self, release: str) -> Outcome:
        """AWS moves the traffic; what runs in the end is what was asked for (CRT-DEP-02)."""
        return self._roll("rollout", release)

    def after(self) -> Phase:
        """The suites of the stack file pass on the new release (CRT-DEP-03)."""
        from scripts.validate.run import validate  # noqa: PLC0415

        verdict = self.operation.step("validation", lambda: validate(self.target, self.suites).model_dump(mode="json"))
        taken = self._snapshot("after")
        if not verdict["suites"]:
            return Phase(name="after", state="skipped", detail=f"the stack file has no suites; snapshot {taken}")
        if verdict["verdict"] == "critical" or verdict["success_percent"] < LEAST_SUCCESS_PERCENT:
            raise NotWell(f"validation: {verdict['success_percent']:g} % of the checks passed ({verdict['why']})")
        return Phase(name="after", state="passed", detail=f"{verdict['success_percent']:g} % passed, snapshot {taken}")

    def monitoring(self) -> Phase:
        """Alarms and dashboards are there, and the system stays well for a while (CRT-DEP-04)."""
        from scripts.deploy.monitoring import look_on, watched_by  # noqa: PLC0415

        found = self.operation.step("alarms and dashboards", lambda: watched_by(self.target))
        if found["missing"]:
            return Phase(name="monitoring", state="failed", detail=f"not there: {', '.join(found['missing'])}")
        minutes = self.monitoring_minutes
        if minutes is None:
            minutes = _operations(self.target).monitoring_minutes
        bad = self.operation.step("looking on", lambda: look_on(self.target, minutes, self.operation.note))
        if bad:
            raise NotWell(bad)
        return Phase(name="monitoring", state="passed", detail=f"{found['alarms']} alarms, {minutes:g} minutes")

    def optimisation(self) -> Phase:
        """What the stack uses and costs is kept as a baseline, with what could be saved (CRT-DEP-05)."""
        from scripts.optimize.optimize import baseline  # noqa: PLC0415

        kept = self.operation.step("baseline", lambda: baseline(self.target, self.thing.name))
        return Phase(name="optimisation", state="passed", detail=kept)

    def back(self, release: str) -> Outcome:
        """The release that ran before runs again (CRT-DR-05, AUT-DEP-03)."""
        return self._roll("rolling back", release)

    def _roll(self, what: str, release: str) -> Outcome:
        step, thing = self.operation.step, self.thing
        step(f"{what}: {release}", lambda: _nothing(thing.start, release))
        found = step(
            f"{what}: waiting for {release}",
            lambda: thing.watch(release, self.minutes, self.operation.note).model_dump(mode="json"),
        )
        return Outcome.model_validate(found)

    def _snapshot(self, when: str) -> str:
        reason = f"{when} {self.operation.journal.id}"
        return self.operation.step(
            f"snapshot {when}", lambda: Snapshots(self.target, self.thing.name).take(self.thing, reason).id
        )


def _nothing(work: Callable[[str], Any], given: str) -> None:
    work(given)


def _operations(target: Target) -> Any:
    return target.inventory.operations
