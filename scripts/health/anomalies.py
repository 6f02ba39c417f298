"""What is unlike before (CRT-OPS-03). The source names no method; this is ours:

- a value is a spike when it lies more than 3.5 robust deviations from the median of the day before, deviations being
  the median of absolute ones (MAD) scaled to a standard deviation: outliers of the past do not hide those of now;
- it is a trend when the median slope between all pairs of the last three hours (Theil and Sen) would double the median
  within a day.

Both need a past: with fewer than twelve values nothing is said.
"""

from __future__ import annotations

import statistics
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from scripts.health.metrics import Series

LEAST_VALUES: Final = 12
MOST_DEVIATIONS: Final = 3.5
_TO_SIGMA: Final = 1.4826  # MAD to standard deviation, for values that are normally distributed
_RECENT_MINUTES: Final = 15
_TREND_MINUTES: Final = 180
_DAY_SECONDS: Final = 86_400

Kind = Literal["response time", "errors", "resources", "degradation"]
_KINDS: Final[dict[str, Kind]] = {
    "response": "response time",
    "errors": "errors",
    "dead letters": "errors",
    "cpu": "resources",
    "memory": "resources",
    "connections": "resources",
    "age": "degradation",
}
"""What of the metrics is looked at. More requests than before are no harm."""


class Anomaly(BaseModel):
    """A metric that is unlike before: what it is now, and what was to be expected."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    metric: str
    value: float
    expected: float
    why: str


def anomalies(series: dict[str, Series]) -> list[Anomaly]:
    """All that is unlike before, upwards alone: less of any of these is no harm."""
    found = []
    for key, each in series.items():
        kind = _KINDS.get(each.metric.what)
        if kind is not None and len(each.values) >= LEAST_VALUES:
            found += [anomaly for look in (_spike, _trend) if (anomaly := look(key, kind, each)) is not None]
    return found


def _spike(key: str, kind: Kind, series: Series) -> Anomaly | None:
    recent = series.last(_RECENT_MINUTES)
    past = list(series.values[: -len(recent)])
    if len(past) < LEAST_VALUES:
        return None
    expected = statistics.median(past)
    # Of values that hardly move, a hundredth of the median counts as movement, or every tremor would be a spike.
    spread = max(_TO_SIGMA * statistics.median(abs(value - expected) for value in past), abs(expected) / 100, 1e-9)
    value = statistics.median(recent)
    deviations = (value - expected) / spread
    if deviations <= MOST_DEVIATIONS:
        return None
    return Anomaly(
        kind=kind,
        metric=key,
        value=round(value, 4),
        expected=round(expected, 4),
        why=f"{deviations:.1f} deviations above the median of the day before",
    )


def _trend(key: str, kind: Kind, series: Series) -> Anomaly | None:
    recent = series.last(_TREND_MINUTES)
    if len(recent) < LEAST_VALUES:
        return None
    times = [each.timestamp() for each in series.times[-len(recent) :]]
    slopes = [(recent[b] - recent[a]) / (times[b] - times[a]) for a, b in combinations(range(len(recent)), 2)]
    level, slope = statistics.median(recent), statistics.median(slopes)
    if level <= 0 or slope * _DAY_SECONDS < level:
        return None
    return Anomaly(
        kind=kind,
        metric=key,
        value=round(recent[-1], 4),
        expected=round(recent[0], 4),
        why=f"rising steadily for {_TREND_MINUTES // 60} hours: doubled within a day at this pace",
    )
