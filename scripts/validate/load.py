"""Many requests at once: how long they take, and how many fail (CRT-OPS-15, RPH-OPS-05)."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from scripts.output import Result
from scripts.validate.http import Asker
from settings.operations.validation import Check, Load

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.validate.http import Answer


class Measured(BaseModel):
    """What a load came to. Times are milliseconds; `timeline` has the median of each second's answers."""

    model_config = ConfigDict(frozen=True)

    requests: int
    failures_percent: float
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    timeline: tuple[float, ...]
    problem: str = ""
    """What is not as it should be; empty when all is."""

    def __str__(self) -> str:
        times = f"p50 {self.p50_ms:g} ms, p95 {self.p95_ms:g} ms, p99 {self.p99_ms:g} ms"
        return f"{self.requests} requests, {self.per_second:g} a second, {times}, {self.failures_percent:g} % failed"


class Loaded(Result):
    """A load on one path."""

    url: str
    path: str
    users: int
    measured: Measured

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(f"{self.path}, {self.users} users: {self.measured}", markup=False)


def press(url: str, load: Load, timeout_seconds: float) -> Measured:
    """Ask from `concurrent` sides for so many seconds, each side again as soon as it has its answer."""
    asker = Asker(url, timeout_seconds, load.concurrent)
    check = Check.model_validate({"path": load.path})
    begun = time.monotonic()

    def one_user(_: int) -> list[tuple[int, Answer]]:
        answers = []
        while (at := time.monotonic() - begun) < load.seconds:
            answers.append((int(at), asker.ask(check)))
        return answers

    with ThreadPoolExecutor(load.concurrent) as users:
        answers = [each for mine in users.map(one_user, range(load.concurrent)) for each in mine]
    return _measured(answers, load)


def _measured(answers: list[tuple[int, Answer]], load: Load) -> Measured:
    times = sorted(answer.milliseconds for _, answer in answers)
    failed = [answer.problem for _, answer in answers if answer.problem]
    failures = 100 * len(failed) / len(answers)
    seconds: dict[int, list[float]] = {}
    for second, answer in answers:
        seconds.setdefault(second, []).append(answer.milliseconds)
    p95 = percentile(times, 95)
    problems = []
    if p95 > load.p95_ms:
        problems.append(f"95 % of the answers took up to {p95:g} ms, and may take {load.p95_ms}")
    if failures > load.failures_percent:
        problems.append(f"{failures:.2f} % failed, and {load.failures_percent:g} % may: {failed[0]}")
    return Measured(
        requests=len(answers),
        failures_percent=round(failures, 3),
        per_second=round(len(answers) / load.seconds, 1),
        p50_ms=percentile(times, 50),
        p95_ms=p95,
        p99_ms=percentile(times, 99),
        timeline=tuple(round(statistics.median(seconds[second]), 1) for second in sorted(seconds)),
        problem="; ".join(problems),
    )


def percentile(ordered: list[float], percent: int) -> float:
    """The value that so many percent of the `ordered` values do not exceed, by the nearest rank."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
