"""Deploying a version, and going back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from scripts.deploy.deployable import Outcome, last_healthy
from scripts.deploy.phases import Deployment, NotWell, Phase
from scripts.errors import Exit, PlinthError
from scripts.operations.operation import operation
from scripts.output import Result, table, tell
from scripts.snapshots.store import Snapshots

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.deploy.deployable import Deployable, Release
    from scripts.target import Target


class Deployed(Result):
    """How a deployment, or a way back, ended."""

    stack: str
    name: str
    before: str
    """The release that ran."""
    wanted: str
    """The release that was asked for."""
    running: str
    """The release that runs."""
    state: Literal["deployed", "unchanged", "rolled back", "failed"]
    why: str = ""
    evidence: tuple[str, ...] = ()
    phases: tuple[Phase, ...] = ()
    operation: str = ""

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(f"{self.name}: {self.state}; {self.running} runs, {self.before} ran before", markup=False)
        if self.why:
            console.print(f"  {self.why}", markup=False)
        for line in self.evidence:
            console.print(f"  {line}", markup=False)
        if self.phases:
            console.print(table("phase", "state", "", rows=[(p.name, p.state, p.detail) for p in self.phases]))

    @property
    def exit_code(self) -> Exit:
        """0 when what was asked for runs."""
        return Exit.OK if self.state in ("deployed", "unchanged") else Exit.RESOURCE


def deploy(
    target: Target,
    thing: Deployable,
    version: str,
    *,
    minutes: float,
    force: bool = False,
    monitoring_minutes: float | None = None,
    suites: tuple[str, ...] = (),
    reason: str = "",
) -> Deployed:
    """Deploy a version that was built and pushed, in five phases; back to what ran when it does not do the system good.

    Raises PlinthError when it cannot begin, or is not over in time.
    """
    with operation(target, "deploy", {"name": thing.name, "version": version}, reason=reason) as op:
        before: str = op.step("what runs now", lambda: thing.current().name)
        release: str = op.step("the version is there, and can run", lambda: thing.prepare(version))
        ended = Deployed(
            stack=target.stack,
            name=thing.name,
            before=before,
            wanted=release,
            running=before,
            state="unchanged",
            operation=op.journal.id,
        )
        if release == before:
            return ended
        deployment = Deployment(target, thing, op, minutes, force, monitoring_minutes, suites)
        phases = [deployment.before()]
        outcome = deployment.rollout(release)
        phases.append(Phase(name="rollout", state="passed" if outcome.good else "failed", detail=outcome.why))
        if not outcome.good:
            state: Literal["rolled back", "failed"] = "rolled back" if outcome.running == before else "failed"
            return _ended(ended, state, outcome, phases)
        try:
            phases += [deployment.after(), deployment.monitoring(), deployment.optimisation()]
        except NotWell as finding:
            return _take_back(deployment, ended, phases, str(finding))
        return _ended(ended, "deployed", outcome, phases)


def roll_back(target: Target, thing: Deployable, to: Release, *, minutes: float, reason: str = "") -> Deployed:
    """Deploy a release that ran before. Nothing is built, and what failed stays there to be looked at."""
    arguments = {"name": thing.name, "to": to.name}
    with operation(target, "rollback", arguments, reason=reason, supersedes=("deploy",)) as op:
        before: str = op.step("what runs now", lambda: thing.current().name)
        outcome = Deployment(target, thing, op, minutes).back(to.name)
        ended = Deployed(
            stack=target.stack,
            name=thing.name,
            before=before,
            wanted=to.name,
            running=outcome.running,
            state="unchanged" if before == to.name else "deployed",
            operation=op.journal.id,
        )
        return ended if outcome.good else _ended(ended, "failed", outcome, [])


def release_to_return_to(target: Target, thing: Deployable, to: str | None, snapshot: str | None) -> Release:
    """The release that is asked for, or the last that was healthy; PlinthError when there is none."""
    wanted = Snapshots(target, thing.name).one(snapshot).release if snapshot else to
    if wanted is not None:
        return thing.release(wanted)
    found = last_healthy(thing.releases())
    if found is None:
        raise PlinthError(
            f"no earlier release of {thing.name} is known to have been healthy",
            f"plinth release list {thing.name} --stack {target.stack}, then --to RELEASE",
            Exit.RESOURCE,
        )
    return found


def _take_back(deployment: Deployment, ended: Deployed, phases: list[Phase], why: str) -> Deployed:
    """What runs does the system no good: the release before it is deployed again, unless the stack file forbids it."""
    phases.append(Phase(name="finding", state="failed", detail=why))
    operations = deployment.target.inventory.operations
    if operations is not None and not operations.rollback.automatic:
        tell(f"  {why}; operations.rollback.automatic is off, so {ended.wanted} stays")
        return ended.model_copy(
            update={"state": "failed", "running": ended.wanted, "why": why, "phases": tuple(phases)}
        )
    deployment.operation.note(f"{why}: going back to {ended.before}")
    outcome = deployment.back(ended.before)
    state: Literal["rolled back", "failed"] = "rolled back" if outcome.good else "failed"
    return _ended(ended, state, outcome.model_copy(update={"why": why}), phases)


def _ended(
    ended: Deployed, state: Literal["deployed", "rolled back", "failed"], outcome: Outcome, phases: list[Phase]
) -> Deployed:
    return ended.model_copy(
        update={
            "state": state,
            "running": outcome.running,
            "why": outcome.why,
            "evidence": outcome.evidence,
            "phases": tuple(phases),
        }
    )
