"""What was measured, as figures: the system, the database, the cache, the times of the API (AUT-OPS-03).

Database and cache are reached from the stack's own network alone, so these are CloudWatch's figures of them. What only
PostgreSQL can tell, `plinth db probe` asks from there: slow statements, the hit ratio of its cache, large tables.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal

from pydantic import BaseModel, ConfigDict

from scripts.health.metrics import Metric
from scripts.output import table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.diagnose.facts import Facts
    from scripts.target import Target

Part = Literal["system", "database", "redis", "api"]
_MINUTES: Final = 15
_GIB: Final = 2**30
_MIB_A_GIB: Final = 1024
_PERCENT: Final = "%"


class Figure(BaseModel):
    """A value, the mean of the last quarter of an hour unless its name says otherwise."""

    model_config = ConfigDict(frozen=True)

    part: Part
    of: str
    what: str
    value: float
    unit: str = ""


class Report(BaseModel):
    """All figures of a moment. What was not measured is left out."""

    model_config = ConfigDict(frozen=True)

    at: dt.datetime
    figures: tuple[Figure, ...]
    elsewhere: str
    """What these figures do not tell, and what does."""

    def show(self, console: Console) -> None:
        """Print a line for each."""
        rows = [(each.part, each.of, each.what, f"{each.value:g} {each.unit}".strip()) for each in self.figures]
        console.print(f"measured at {self.at:%Y-%m-%d %H:%M} UTC", markup=False)
        console.print(table("part", "of", "what", "", rows=rows))
        console.print(self.elsewhere, markup=False, soft_wrap=True)


def more_metrics(target: Target) -> list[Metric]:
    """What a report needs besides what health is judged by."""
    platform, found = target.inventory.platform, list[Metric]()
    insights = {
        "memory used": "MemoryUtilized",
        "memory size": "MemoryReserved",
        "disk used": "EphemeralStorageUtilized",
        "disk size": "EphemeralStorageReserved",
    }
    for key, service in target.inventory.services.items():
        of = (("ClusterName", str(platform.cluster)), ("ServiceName", service.name))
        found += [Metric(key, what, "ECS/ContainerInsights", name, "Average", of) for what, name in insights.items()]
    if platform.postgres is not None:
        instance = (("DBInstanceIdentifier", platform.postgres.identifier),)
        found.append(Metric("postgres", "available", "AWS/RDS", "FreeableMemory", "Average", instance))
    if platform.redis is not None:
        node = (("CacheClusterId", f"{platform.redis.replication_group_id}-001"),)
        found += [
            Metric("redis", "used", "AWS/ElastiCache", "BytesUsedForCache", "Maximum", node),
            Metric("redis", "reads", "AWS/ElastiCache", "GetTypeCmds", "Sum", node),
            Metric("redis", "writes", "AWS/ElastiCache", "SetTypeCmds", "Sum", node),
        ]
    return found


def report(facts: Facts) -> Report:
    """The figures of what was gathered."""
    figures = [*_system(facts), *_database(facts), *_redis(facts), *_api(facts)]
    return Report(
        at=dt.datetime.now(dt.UTC),
        figures=tuple(figures),
        elsewhere="Redis and PostgreSQL are not reached from here: CloudWatch measured them. Slow statements, "
        f"hit ratio and tables: plinth db probe --stack {facts.target.stack}",
    )


def _system(facts: Facts) -> Iterator[Figure]:
    for key in facts.target.inventory.services:
        values = {what: _mean(facts, f"{key} {what}") for what in ("cpu", "memory")}
        yield from (
            Figure(part="system", of=key, what=what, value=round(value, 2), unit=_PERCENT)
            for what, value in values.items()
            if value is not None
        )
        # CloudWatch has memory in MiB, and disks in GiB.
        for what, a_gib, name in (("memory", _MIB_A_GIB, "available"), ("disk", 1, "free")):
            used, size = _mean(facts, f"{key} {what} used"), _mean(facts, f"{key} {what} size")
            if used is None or not size:
                continue
            if what == "disk":
                yield Figure(part="system", of=key, what="disk", value=round(100 * used / size, 2), unit=_PERCENT)
            yield Figure(
                part="system", of=key, what=f"{what} {name}", value=round((size - used) / a_gib, 2), unit="GiB"
            )


def _database(facts: Facts) -> Iterator[Figure]:
    size = (facts.database or {}).get("AllocatedStorage")
    free, available = _mean(facts, "postgres free"), _mean(facts, "postgres available")
    found = {
        ("cpu", _PERCENT): _mean(facts, "postgres cpu"),
        ("memory available", "GiB"): None if available is None else available / _GIB,
        ("disk free", "GiB"): None if free is None else free / _GIB,
        ("disk", _PERCENT): 100 * (1 - free / _GIB / size) if size and free is not None else None,
        ("connections", ""): _mean(facts, "postgres connections"),
    }
    for (what, unit), value in found.items():
        if value is not None:
            yield Figure(part="database", of="postgres", what=what, value=round(value, 2), unit=unit)


def _redis(facts: Facts) -> Iterator[Figure]:
    if facts.target.inventory.platform.redis is None:
        return
    used = facts.series.get("redis used")
    if used is not None and used.values:
        yield Figure(part="redis", of="redis", what="memory used", value=round(used.values[-1] / _GIB, 2), unit="GiB")
        yield Figure(part="redis", of="redis", what="memory peak", value=round(max(used.values) / _GIB, 2), unit="GiB")
    clients = _mean(facts, "redis connections")
    if clients is not None:
        yield Figure(part="redis", of="redis", what="clients", value=round(clients, 2))
    reads, writes, hits, misses = (_sum(facts, f"redis {what}") for what in ("reads", "writes", "hits", "misses"))
    rate = 100 * hits / (hits + misses) if hits + misses else 0
    yield Figure(part="redis", of="redis", what="commands", value=reads + writes)
    yield Figure(part="redis", of="redis", what="hits", value=hits)
    yield Figure(part="redis", of="redis", what="misses", value=misses)
    yield Figure(part="redis", of="redis", what="hit rate", value=round(rate, 2), unit=_PERCENT)


def _api(facts: Facts) -> Iterator[Figure]:
    for suite in facts.endpoints:
        for each in suite.checks:
            said = f"failed: {each.problem}" if each.problem else "answered"
            yield Figure(part="api", of=each.name, what=said, value=each.milliseconds, unit="ms")


def _mean(facts: Facts, key: str) -> float | None:
    values = facts.series[key].last(_MINUTES) if key in facts.series else []
    return statistics.fmean(values) if values else None


def _sum(facts: Facts, key: str) -> float:
    return sum(facts.series[key].last(_MINUTES)) if key in facts.series else 0
