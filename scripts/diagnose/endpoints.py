"""What users ask the system, asked once: the suites' questions that change nothing (CRT-OPS-08, AUT-OPS-03)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scripts.diagnose.issue import Issue
from scripts.validate.http import checked_address
from scripts.validate.run import Ran, run_suite

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts
    from scripts.target import Target
    from settings.operations.validation import Suite

_SAFE: Final = ("GET", "HEAD")
_SECONDS: Final = 10


def read_endpoints(target: Target) -> list[Ran]:
    """The answers, by suite; PlinthError where the stack has no address, or a header's variable is not set."""
    suites = {name: safe for name, suite in target.inventory.suites.items() if (safe := _safe(suite)).checks}
    if not suites:
        return []
    url = checked_address(target.url)
    return [run_suite(name, suite, url, tries=1) for name, suite in suites.items()]


def endpoints_that_fail(facts: Facts) -> Iterator[Issue]:
    """Endpoints that do not answer, or answer something else than the suite wants."""
    asked = [each for suite in facts.endpoints for each in suite.checks]
    failed = [each for each in asked if each.problem]
    if failed:
        yield Issue(
            id="endpoints-fail",
            category="application",
            severity="critical" if any(each.critical for each in failed) else "warning",
            components=tuple(each.name for each in failed),
            description=f"{len(failed)} of {len(asked)} endpoints that the suites ask do not answer as they should",
            impact="users who ask them are not served",
            cause=failed[0].problem,
            steps=("plinth logs --errors", "plinth rollback, after a release", "plinth validate, when it is mended"),
            prevention="plinth validate in staging, before the release.",
            evidence=tuple(f"{each.name}: {each.problem} ({each.milliseconds:g} ms)" for each in failed),
        )


def _safe(suite: Suite) -> Suite:
    checks = {name: check for name, check in suite.checks.items() if check.method in _SAFE}
    return suite.model_copy(update={"checks": checks, "load": None, "timeout_seconds": _SECONDS})
