"""Advice from how much of its processors and memory a service used (CRT-OPS-09 to CRT-OPS-11).

How sure a piece of advice is, in percent, grows with how much was measured and how steady it was; below 50 nothing is
said, and what is below 70 must be tried before it is applied.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from scripts.cost.costs import prices
from settings.compute import fargate

if TYPE_CHECKING:
    from scripts.health.metrics import Series

Kind = Literal["scale up", "scale down", "right-size", "auto-scale"]
Band = Literal["high", "medium", "low"]
_BUSY_PERCENT, _IDLE_PERCENT = 80, 30
_TARGET_PERCENT: Final = 60
_LEAST_CONFIDENCE: Final = 50
_BANDS: Final[tuple[tuple[int, Band], ...]] = ((90, "high"), (70, "medium"), (50, "low"))
_A_DAY: Final = 288  # values of five minutes
_LEAK_PERCENT_A_DAY: Final = 5
_SWINGING: Final = 0.5  # deviation over mean


class Used(BaseModel):
    """How much of something was used: percent, over what was measured."""

    model_config = ConfigDict(frozen=True)

    average: float
    p95: float
    slope_a_day: float
    """Percentage points that it grows by, a day."""
    swing: float
    """Standard deviation over average."""
    values: int


class Advice(BaseModel):
    """What to change in the stack file, what it saves a month (less than nothing: costs), and how sure that is."""

    model_config = ConfigDict(frozen=True)

    service: str
    kind: Kind
    change: str
    why: str
    usd_a_month: float
    confidence: int
    band: Band
    validate_first: bool


def used(series: Series) -> Used | None:
    """What a series of percentages says; None when there is none."""
    values = list(series.values)
    if len(values) < 2:  # noqa: PLR2004 - no movement in one
        return None
    ordered = sorted(values)
    average = statistics.fmean(values)
    times = [each.timestamp() for each in series.times]
    slope = statistics.linear_regression(times, values).slope if len(set(times)) > 1 else 0
    return Used(
        average=round(average, 2),
        p95=round(ordered[max(0, -(-len(ordered) * 95 // 100) - 1)], 2),
        slope_a_day=round(slope * 86_400, 2),
        swing=round(statistics.pstdev(values) / average, 2) if average else 0,
        values=len(values),
    )


def advise(service: str, size: tuple[int, int], tasks: int, cpu: Used | None, memory: Used | None) -> list[Advice]:
    """What is called for, for a service of so many tasks of a `size` (CPU units, MiB)."""
    if cpu is None or memory is None:
        return []
    found = []
    if max(cpu.p95, memory.p95) > _BUSY_PERCENT:
        found.append(_larger(size, tasks, cpu, memory))
    elif max(cpu.p95, memory.p95) < _IDLE_PERCENT:
        found.append(_smaller(size, tasks, cpu, memory))
    if cpu.swing > _SWINGING and cpu.p95 > _IDLE_PERCENT:
        change, why = "scaling: {cpu_target: 60}, and a smaller count.min", f"CPU swings by {cpu.swing:.0%} of its mean"
        found.append(_Idea("auto-scale", change, why, 0, _confidence(cpu)))
    if memory.slope_a_day > _LEAK_PERCENT_A_DAY:
        why = f"memory grows by {memory.slope_a_day:g} points a day: a leak, which more memory only delays"
        found.append(_Idea("right-size", "find the leak; until then restart daily", why, 0, _confidence(memory)))
    return [each.advice(service) for each in found if each.confidence >= _LEAST_CONFIDENCE]


class _Idea(NamedTuple):
    kind: Kind
    change: str
    why: str
    usd_a_month: float
    confidence: int

    def advice(self, service: str) -> Advice:
        band = next(name for least, name in _BANDS if self.confidence >= least)
        return Advice(
            service=service,
            kind=self.kind,
            change=self.change,
            why=self.why,
            usd_a_month=round(self.usd_a_month, 2),
            confidence=self.confidence,
            band=band,
            validate_first=band == "low",
        )


def _larger(size: tuple[int, int], tasks: int, cpu: Used, memory: Used) -> _Idea:
    more = max(1, tasks // 2)
    why = f"95 % of the time up to {cpu.p95:g} % of CPU and {memory.p95:g} % of memory"
    return _Idea("scale up", f"count.min: {tasks + more}", why, -_usd(size, more), _confidence(cpu))


def _smaller(size: tuple[int, int], tasks: int, cpu: Used, memory: Used) -> _Idea:
    """The smallest size of Fargate that would be used to 60 percent; fewer tasks where there is none smaller."""
    units, mebibytes = size[0] * cpu.p95 / _TARGET_PERCENT, size[1] * memory.p95 / _TARGET_PERCENT
    fitting = [(u, m) for u, memories in fargate.SIZES.items() for m in memories if u >= units and m >= mebibytes]
    smaller = min(fitting, key=lambda each: _usd(each, 1))
    why = f"never more than {cpu.p95:g} % of CPU and {memory.p95:g} % of memory, 95 % of the time"
    sure = _confidence(cpu, memory)
    if _usd(smaller, 1) < _usd(size, 1):
        saved = _usd(size, tasks) - _usd(smaller, tasks)
        return _Idea("right-size", f"cpu: {smaller[0]}, memory: {smaller[1]}", why, saved, sure)
    fewer = max(1, tasks - 1)
    return _Idea("scale down", f"count.min: {fewer}", why, _usd(size, tasks - fewer), sure)


def _confidence(*of: Used) -> int:
    """Whole after a day of values; less with fewer, and with values that swing."""
    return round(min(100 * min(1, each.values / _A_DAY) - 20 * min(1, each.swing) for each in of))


def _usd(size: tuple[int, int], tasks: int) -> float:
    table = prices()
    one = size[0] / 1024 * table["fargate-vcpu"].a_month("") + size[1] / 1024 * table["fargate-gib"].a_month("")
    return tasks * one
