"""Measuring what services use, and keeping it as a baseline (CRT-DEP-05, CRT-OPS-09)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from scripts.cloud import together
from scripts.ecs.service import EcsService, primary
from scripts.health.metrics import metrics_of, read
from scripts.operations.journal import now, stamp
from scripts.operations.records import Records
from scripts.optimize.advice import Advice, Used, advise, used
from scripts.optimize.compute_optimizer import Opinions, ask
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target

_HOURS: Final = 24


class Optimized(Result):
    """What everything used in so many `hours`, and of services what that calls for, the surest first."""

    stack: str
    hours: float
    used: dict[str, dict[str, Used]]
    advice: tuple[Advice, ...]
    second: Opinions = Opinions()
    """Compute Optimizer's."""

    def show(self, console: Console) -> None:
        """Print both."""
        rows = [
            (name, what, f"{each.average:g} %", f"{each.p95:g} %", each.values)
            for name, both in self.used.items()
            for what, each in both.items()
        ]
        console.print(table("service", "of", "average", "p95", "values", rows=rows))
        if not self.advice:
            console.print("nothing is called for, or too little was measured to say so")
        lines = [
            (f"{a.confidence} % {a.band}", a.service, a.kind, a.change, f"{a.usd_a_month:+.0f} USD", a.why)
            for a in self.advice
        ]
        if lines:
            console.print(table("sure", "service", "kind", "change", "saves a month", "because", rows=lines))
        if any(each.validate_first for each in self.advice):
            console.print("low: try it in staging before you apply it")
        self._show_second(console)

    def _show_second(self, console: Console) -> None:
        if self.second.not_asked:
            console.print(f"Compute Optimizer was not asked: {self.second.not_asked}", markup=False, soft_wrap=True)
        lines = [
            (
                each.of,
                each.finding,
                each.change,
                "" if each.usd_a_month is None else f"{each.usd_a_month:+.0f} USD",
                ", ".join(each.reasons),
            )
            for each in self.second.opinions
        ]
        if lines:
            console.print(table("Compute Optimizer on", "finds", "change", "saves a month", "because", rows=lines))


def optimize(target: Target, hours: float = _HOURS, service: str | None = None) -> Optimized:
    """Measure all services, or one, and ask Compute Optimizer."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        second = pool.submit(ask, target, service)
        return measure(target, hours, service).model_copy(update={"second": second.result()})


def measure(target: Target, hours: float = _HOURS, service: str | None = None) -> Optimized:
    """Measure everything, or one service."""
    services = [
        EcsService(target, key, entry)
        for key, entry in target.inventory.services.items()
        if service is None or service == key
    ]
    metrics = [each for each in metrics_of(target) if each.what in ("cpu", "memory") and service in (None, each.of)]
    found: dict[str, dict[str, Used]] = {each.of: {} for each in metrics}
    for series in read(target, metrics, hours).values():
        if (value := used(series)) is not None:
            found[series.metric.of][series.metric.what] = value
    advice = [one for several in together(lambda each: _advice(each, found[each.key]), services) for one in several]
    return Optimized(
        stack=target.stack,
        hours=hours,
        used=found,
        advice=tuple(sorted(advice, key=lambda each: -each.confidence)),
    )


def baseline(target: Target, name: str) -> str:
    """Keep what a service uses now in the operations bucket; what was kept, in a line."""
    found = measure(target, service=name if name in target.inventory.services else None)
    key = f"reports/baseline-{name}-{stamp(now())}.json"
    Records(target).keep(key, found.model_dump(mode="json"))
    return f"{key}, {len(found.advice)} pieces of advice"


def _advice(service: EcsService, both: dict[str, Used]) -> list[Advice]:
    now_ = service.describe()
    definition = service.definition(primary(now_)["taskDefinition"])
    size = (int(definition["cpu"]), int(definition["memory"]))
    return advise(service.key, size, now_["desiredCount"], both.get("cpu"), both.get("memory"))
