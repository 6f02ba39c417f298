"""What the applications do: errors, slowness, leaks, queues (CRT-OPS-05, CRT-OPS-07, AUT-OPS-04)."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scripts.db.probe import MARK
from scripts.diagnose.issue import Issue
from scripts.health.anomalies import anomalies
from scripts.health.performance import performance
from scripts.optimize.advice import used
from settings.operations.operations import Health as Thresholds

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts

_PATTERNS_SHOWN: Final = 5
_VARIABLE: Final = re.compile(
    r"""[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22} | \b[0-9a-f]{12,}\b   # ids
      | \d{4}-\d\d-\d\d[T\ ][\d:.,+Z]+                           # moments
      | \d+(\.\d+)* | '[^']*' | "[^"]*"                            # numbers, and what is quoted""",
    re.IGNORECASE | re.VERBOSE,
)
"""What differs from line to line of the same error: ids, moments, numbers, what is quoted."""
_HARMLESS: Final = ("TRACE", "DEBUG", "INFO", "NOTICE")
_LEAK_A_DAY: Final = 5  # percentage points
_LEAST_VALUES: Final = 36  # three hours
_ADVICE: Final = {
    "cpu": ("plinth scale, now; then a larger size", "scaling.cpu_target adds tasks before it is too late."),
    "memory": ("plinth restart, now; then find what grows", "An alarm on memory tells before."),
    "response": ("plinth db probe: slow queries; plinth scale", "plinth validate performance, before the release."),
    "errors": ("plinth logs --errors; plinth rollback, after a release", "Suites that ask for what broke."),
    "age": ("see that the worker runs: plinth status; plinth rollback it", "max_concurrency: more at once."),
    "dead letters": ("read one, mend the worker, redrive them in SQS", "Workers that say what they cannot read."),
    "evictions": ("raise redis.node_type: what is in use is thrown out", "An alarm on memory tells before."),
    "connections": ("plinth restart the service that opened them; smaller pools", "Pools with an upper bound."),
    "throttles": ("raise the worker's concurrency, or the account's quota", "max_concurrency below what is reserved."),
    "storage": ("raise postgres.max_storage_gib and pulumi up; plinth db probe: large tables", "Let storage grow."),
    "hit rate": ("see that what is cached is asked for again; a larger node", "Longer times to live."),
}
"""What to do about a metric, and how to prevent it."""
_IMPACT: Final = {
    "errors": "requests fail",
    "dead letters": "work is lost",
    "storage": "a full database takes no writes",
    "evictions": "sessions and what else is cached are lost before their time",
    "connections": "new connections are refused when there is no room",
    "throttles": "work waits, and is tried again",
}


def thresholds_crossed(facts: Facts) -> Iterator[Issue]:
    """What `plinth health` measures, and finds wrong."""
    operations = facts.target.inventory.operations
    for check in performance(facts.series, operations.health if operations else Thresholds.model_validate({})):
        if check.state != "wrong":
            continue
        step, prevention = _ADVICE[check.about]
        low = check.about in ("hit rate", "storage")
        yield Issue(
            id=f"{check.about.replace(' ', '-')}-too-{'low' if low else 'high'}",
            category="application",
            severity="critical" if check.about in ("errors", "dead letters", "storage") else "warning",
            components=(check.of,),
            description=f"{check.name}: {check.detail}",
            impact=_IMPACT.get(check.about, "users wait"),
            cause=_anomaly(facts, check.name) or f"{check.about} has crossed its threshold for a quarter of an hour",
            steps=(step, "plinth health: what else is unlike before"),
            prevention=prevention,
        )


def memory_leaks(facts: Facts) -> Iterator[Issue]:
    """Memory that grows and does not come back (AUT-OPS-04)."""
    for series in facts.series.values():
        found = used(series) if series.metric.what == "memory" else None
        if found is not None and found.slope_a_day > _LEAK_A_DAY and found.values >= _LEAST_VALUES:
            yield Issue(
                id="memory-leak",
                category="application",
                severity="warning",
                components=(series.metric.of,),
                description=f"memory of {series.metric.of} grows by {found.slope_a_day:g} points a day",
                impact="tasks are killed when it is used up, with what they were doing",
                cause="the application keeps what it no longer needs",
                steps=("plinth restart gives time", "compare with the release before: plinth release list"),
                prevention="Watch memory over a day in staging before a release.",
            )


def errors_in_logs(facts: Facts) -> Iterator[Issue]:
    """Errors that the logs repeat: the same text but for numbers and names, and whether several services have it."""
    patterns: dict[str, list[tuple[str, str]]] = {}
    for line in facts.lines:
        text = _error(line.message)
        if text is None:
            continue
        patterns.setdefault(_VARIABLE.sub("…", text)[:200], []).append((line.stream.partition("/")[0], text))
    ranked = sorted(patterns.items(), key=lambda item: -len(item[1]))
    for pattern, found in ranked[:_PATTERNS_SHOWN]:
        services = sorted({service for service, _ in found})
        shared = ": look at what these services share" if len(services) > 1 else ""
        yield Issue(
            id="errors-in-logs",
            category="application",
            severity="warning",
            components=tuple(services),
            description=f"{len(found)} times in the logs: {pattern}",
            impact="whatever these lines tell of fails",
            cause=f"the application says so itself{shared}",
            steps=("plinth logs --errors --follow", "plinth release list: did it begin with a release?"),
            prevention="An alarm on errors in logs (monitoring) tells within minutes.",
            evidence=tuple(text[:300] for _, text in found[:2]),
        )


def _error(message: str) -> str | None:
    """What a line tells of; None where it has a word for errors in it, and tells of none.

    Applications that log JSON say how bad it is (AUT-MON-03); `plinth db probe` answers with what may be wrong.
    """
    if message.startswith(MARK):
        return None
    with contextlib.suppress(ValueError):
        record = json.loads(message)
        if isinstance(record, dict) and str(record.get("level", "")).upper() in _HARMLESS:
            return None
        if isinstance(record, dict) and record.get("message"):
            message = " ".join(filter(None, (str(record["message"]), str(record.get("exception") or ""))))
    return " ".join(message.split())


def _anomaly(facts: Facts, name: str) -> str:
    return next((each.why for each in anomalies(facts.series) if each.metric == name), "")
