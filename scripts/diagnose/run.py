"""All findings of a stack, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from scripts.diagnose import (
    application,
    certificates,
    endpoints,
    environment,
    infrastructure,
    missing,
    pulumi,
    reach,
    security,
    workers,
)
from scripts.diagnose.facts import Facts
from scripts.diagnose.gather import gather
from scripts.diagnose.issue import CATEGORIES, Issue
from scripts.diagnose.report import Report, more_metrics, report
from scripts.output import Result

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from scripts.target import Target

Finding = Callable[[Facts], Iterator[Issue]]
FINDINGS: Final[tuple[Finding, ...]] = (
    missing.things_not_there,
    infrastructure.tasks_that_end,
    infrastructure.deployments_rolled_back,
    infrastructure.deployments_stuck,
    infrastructure.too_few_tasks,
    infrastructure.unhealthy_targets,
    infrastructure.database_not_ready,
    infrastructure.redis_not_ready,
    environment.environment_not_green,
    workers.workers_that_cannot_run,
    workers.queues_that_nobody_reads,
    workers.workers_near_their_timeout,
    workers.workers_at_their_limit,
    pulumi.operations_left_pending,
    endpoints.endpoints_that_fail,
    application.thresholds_crossed,
    application.memory_leaks,
    application.errors_in_logs,
    reach.stores_out_of_reach,
    certificates.certificates_that_end,
    security.refused_in_logs,
    security.alarms_that_are_on,
)


class Diagnosis(Result):
    """What is wrong with a stack; nothing, when nothing was found."""

    stack: str
    since: str
    issues: tuple[Issue, ...]
    not_read: tuple[str, ...] = ()
    """What was not looked at, and why."""
    report: Report | None = None
    """What was measured, where it was asked for."""

    def show(self, console: Console) -> None:
        """Print each issue with its guide."""
        if not self.issues:
            console.print(
                f"{self.stack}: nothing is wrong, as far as AWS and the logs since {self.since} tell", markup=False
            )
        for each in self.issues:
            lines = [
                f"{each.severity}: {each.description}  [{each.category}: {each.id}]",
                f"  impact: {each.impact} ({', '.join(each.components)})",
                f"  cause: {each.cause}",
                *(f"    {line}" for line in each.evidence),
                *(f"  {number}. {step}" for number, step in enumerate(each.steps, 1)),
                f"  to prevent it: {each.prevention}",
            ]
            console.print("\n".join(lines), markup=False, soft_wrap=True)
        for what in self.not_read:
            console.print(f"not looked at: {what}", markup=False, soft_wrap=True)
        if self.report is not None:
            self.report.show(console)


def diagnose(target: Target, since: dt.datetime, service: str | None = None, *, with_report: bool = False) -> Diagnosis:
    """Gather the facts, and judge them."""
    facts = gather(target, since, service, more_metrics(target) if with_report else ())
    issues = [issue for finding in FINDINGS for issue in finding(facts)]
    issues.sort(key=lambda each: (each.severity != "critical", CATEGORIES.index(each.category)))
    return Diagnosis(
        stack=target.stack,
        since=f"{since:%Y-%m-%d %H:%M} UTC",
        issues=tuple(issues),
        not_read=(*facts.unread, *([f"Pulumi's state: {facts.state.unread}"] if facts.state.unread else [])),
        report=report(facts) if with_report else None,
    )
