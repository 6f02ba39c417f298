"""Running the suites in their order, and the verdict (CRT-OPS-12 to CRT-OPS-17)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from scripts.output import Result, table, tell
from scripts.validate.http import Asker, checked_address
from scripts.validate.load import Measured, press

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import Console

    from scripts.target import Target
    from settings.operations.validation import Check, Suite

_TRIES: Final = {True: 3, False: 1}
"""Of what is critical, and of what is not (CRT-OPS-17)."""
_AT_ONCE: Final = 8
_DEFAULT_MINUTES: Final = 10

Verdict = Literal["passed", "warning", "critical"]


class Checked(BaseModel):
    """How a check ended. The `problem` is empty when it passed."""

    model_config = ConfigDict(frozen=True)

    name: str
    critical: bool
    milliseconds: float
    tries: int
    problem: str = ""


class Ran(BaseModel):
    """How a suite ended."""

    model_config = ConfigDict(frozen=True)

    name: str
    checks: tuple[Checked, ...]
    load: Measured | None = None

    @property
    def problems(self) -> list[str]:
        """What is wrong, a line for each."""
        found = [f"{self.name}, {each.name}: {each.problem}" for each in self.checks if each.problem]
        return [*found, *([f"{self.name}, load: {self.load.problem}"] if self.load and self.load.problem else [])]


class Validation(Result):
    """How a validation ended: critical when smoke or a critical check failed, a warning when something else did."""

    url: str
    verdict: Verdict
    success_percent: float
    """Of all checks that were made."""
    why: str = ""
    suites: tuple[Ran, ...]
    not_run: tuple[str, ...] = ()
    """Suites after the one that failed."""

    def show(self, console: Console) -> None:
        """Print a line for each check."""
        rows = [
            (suite.name, each.name, each.problem or "passed", f"{each.milliseconds:g} ms", each.tries)
            for suite in self.suites
            for each in suite.checks
        ]
        console.print(table("suite", "check", "", "took", "tries", rows=rows))
        for suite in self.suites:
            if suite.load is not None:
                console.print(f"{suite.name}: {suite.load}", markup=False)
        if self.not_run:
            console.print(f"not run: {', '.join(self.not_run)}", markup=False)
        console.print(f"{self.verdict}: {self.success_percent:g} % of the checks passed at {self.url}", markup=False)


def validate(
    target: Target,
    wanted: Iterable[str] = (),
    *,
    url: str | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Validation:
    """Run the suites of the stack file, or those `wanted` of them, until one fails that the rest depends on."""
    suites = {name: suite for name, suite in target.inventory.suites.items() if not wanted or name in wanted}
    address = checked_address(url or target.url) if suites else ""
    operations = target.inventory.operations
    minutes = operations.validation_minutes if operations else _DEFAULT_MINUTES
    deadline = time.monotonic() + minutes * 60
    ran: list[Ran] = []
    why = ""
    for name, suite in suites.items():
        if time.monotonic() > deadline:
            why = f"the validation was not over after {minutes} minutes"
            break
        tell(f"  suite {name}: {len(suite.checks)} checks{', and a load' if suite.load else ''}")
        ran.append(run_suite(name, suite, address, pause))
        if ran[-1].problems:
            why = ran[-1].problems[0]
            break
    problems = [each.problem for suite in ran for each in suite.checks]
    problems += [suite.load.problem for suite in ran if suite.load is not None]
    passed = problems.count("")
    return Validation(
        url=address,
        verdict=_verdict(ran, why),
        success_percent=round(100 * passed / len(problems), 1) if problems else 100,
        why=why,
        suites=tuple(ran),
        not_run=tuple(name for name in suites if name not in {each.name for each in ran}),
    )


def run_suite(
    name: str, suite: Suite, url: str, pause: Callable[[float], None] = time.sleep, *, tries: int | None = None
) -> Ran:
    """Make a suite's checks side by side, then its load. `tries` are those of CRT-OPS-17 unless given."""
    asker = Asker(url, suite.timeout_seconds, _AT_ONCE)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        checks = tuple(
            pool.map(
                lambda item: _made(item[0], item[1], asker, pause, tries or _TRIES[item[1].critical]),
                suite.checks.items(),
            )
        )
    measured = press(url, suite.load, suite.timeout_seconds) if suite.load else None
    return Ran(name=name, checks=checks, load=measured)


def _made(name: str, check: Check, asker: Asker, pause: Callable[[float], None], tries: int) -> Checked:
    """Make a check, and again after 2, 4 … seconds while there are tries."""
    for attempt in range(1, tries + 1):
        answer = asker.ask(check)
        if not answer.problem or attempt == tries:
            return Checked(
                name=name,
                critical=check.critical,
                milliseconds=answer.milliseconds,
                tries=attempt,
                problem=answer.problem,
            )
        pause(2**attempt)
    raise AssertionError("there is at least one try")


def _verdict(ran: list[Ran], why: str) -> Verdict:
    failed = [each for each in ran if each.problems]
    if any(each.name == "smoke" or any(c.critical and c.problem for c in each.checks) for each in failed):
        return "critical"
    return "warning" if why else "passed"
