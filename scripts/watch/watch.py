"""A line for each look at a stack, and one for everything that changed since the last (CRT-OPS-04, UTJ-OPS-06)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from scripts.health.health import health_of
from scripts.operations.journal import now
from scripts.status.status import status_of

if TYPE_CHECKING:
    from scripts.health.model import Health
    from scripts.status.status import Status
    from scripts.target import Target


def watch(target: Target, every: float, pause: Callable[[float], None] = time.sleep) -> Iterator[str]:
    """Look, say what there is, and look again, for ever."""
    before: set[str] = set()
    while True:
        health, status = health_of(target), status_of(target)
        at = f"{now():%H:%M:%S}"
        yield f"{at}  {_score(health)}  {_parts(status)}"
        news = {
            *(f"alarm {name} is on" for name in status.alarms),
            *(f"{each.name}: {each.detail}" for each in health.checks if each.state == "wrong"),
            *([status.operation] if status.operation else []),
        }
        for line in sorted(news - before):
            yield f"{at}    {line}"
        for line in sorted(before - news):
            yield f"{at}    over: {line}"
        before = news
        pause(every)


def _score(health: Health) -> str:
    """The score, and how fast and how well requests are answered, as far as that is measured."""
    score = f"{health.score:g} {health.band}" if health.score is not None else health.band
    known = [each for each in health.checks if each.about in ("response", "errors") and each.state != "unknown"]
    return "  ".join([score, *(f"{each.name}: {each.detail.partition(',')[0]}" for each in known)])


def _parts(status: Status) -> str:
    return ", ".join(f"{each.name} {each.state}" for each in status.parts)
