"""Level 2: how fast it is, how much fails, how much is used."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from scripts.health.model import Check

if TYPE_CHECKING:
    from scripts.health.metrics import Series
    from settings.operations.operations import Health as Thresholds

_MINUTES: Final = 15
_MOST_PERCENT: Final = {"cpu": 80, "memory": 85}
"""Above these CRT-MON-04 warns."""
_NONE: Final = {"dead letters": "messages", "evictions": "keys in five minutes", "throttles": "calls in five minutes"}
"""What there should be none of."""
_MOST_CONNECTIONS: Final = 0.8 * 65_000
"""Of those that a node of Redis takes:
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/BestPractices.Clients.Redis.Connections.html"""
_MOST_AGE_SECONDS: Final = 300
_LEAST_HIT_RATE: Final = 0.8  # AUT-OPS-04
_LEAST_FREE_BYTES: Final = 5 * 2**30


def performance(series: dict[str, Series], thresholds: Thresholds) -> list[Check]:
    """What the last quarter of an hour says, against the stack file's thresholds."""
    checks = [check for each in series.values() if (check := _one(each, thresholds)) is not None]
    of = {each.metric.of for each in series.values() if each.metric.what == "requests"}
    checks += [_errors(name, series, thresholds.error_percent) for name in sorted(of)]
    if "redis hits" in series:
        checks.append(_hit_rate(series))
    return checks


def _one(series: Series, thresholds: Thresholds) -> Check | None:
    metric, values = series.metric, series.last(_MINUTES)
    value = statistics.fmean(values) if values else None
    if metric.what == "response":
        milliseconds = None if value is None else value * 1000
        return _below(metric.of, "response", milliseconds, thresholds.response_ms, "ms", weight=2)
    if metric.what in _MOST_PERCENT:
        return _below(metric.of, metric.what, value, _MOST_PERCENT[metric.what], "%")
    if metric.what == "age":
        return _below(metric.of, "age", value, _MOST_AGE_SECONDS, "s, the oldest message")
    if metric.what in _NONE:
        return _below(metric.of, metric.what, value, 0, _NONE[metric.what])
    if (metric.of, metric.what) == ("redis", "connections"):
        return _below(metric.of, "connections", value, _MOST_CONNECTIONS, "connections")
    if metric.what == "free":
        well = None if value is None else value >= _LEAST_FREE_BYTES
        return _check(metric.of, "storage", well, "" if value is None else f"{value / 2**30:.1f} GiB free")
    return None


def _errors(of: str, series: dict[str, Series], most_percent: float) -> Check:
    requests = sum(series[f"{of} requests"].last(_MINUTES))
    errors = sum(series[f"{of} errors"].last(_MINUTES))
    percent = 100 * errors / requests if requests else None
    return _below(of, "errors", percent, most_percent, "% of the requests", weight=2)


def _hit_rate(series: dict[str, Series]) -> Check:
    hits, misses = (sum(series[f"redis {what}"].last(_MINUTES)) for what in ("hits", "misses"))
    rate = hits / (hits + misses) if hits + misses else None
    well = None if rate is None else rate >= _LEAST_HIT_RATE
    return _check("redis", "hit rate", well, "" if rate is None else f"{rate:.0%}")


def _below(of: str, about: str, value: float | None, most: float, unit: str, *, weight: float = 1) -> Check:
    if value is None:
        return _check(of, about, None, "", weight)
    return _check(of, about, value <= most, f"{value:.4g} {unit}, at most {most:g}", weight)


def _check(of: str, about: str, well: bool | None, detail: str, weight: float = 1) -> Check:  # noqa: FBT001 - None: unknown
    return Check(
        level="performance",
        name=f"{of} {about}",
        state="unknown" if well is None else "ok" if well else "wrong",
        detail=detail or "nothing was measured",
        weight=weight,
        of=of,
        about=about,
    )
