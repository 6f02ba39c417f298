"""Monitoring: what may be set, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from settings import Stack, Thresholds
from tests.settings.examples import only_problem, prod


@pytest.mark.requirement("CRT-MON-03", "CRT-MON-04", "UTJ-MON-01", "AUT-OPS-04")
def test_thresholds_are_the_sources():
    limits = Thresholds()
    assert (limits.critical_error_percent, limits.critical_response_ms) == (10, 5_000)
    assert (limits.cpu_percent, limits.memory_percent, limits.error_percent, limits.response_ms) == (80, 85, 5, 2_000)
    assert limits.hit_percent == 80
    assert prod().monitoring.thresholds.memory_percent == 90


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"plinth:monitoring.services": {"backnd": {"cpu_percent": 90}}}, "monitoring.services.backnd", "backend"),
        ({"plinth:monitoring.thresholds.cpu_percent": 101}, "monitoring.thresholds.cpu_percent", "percentage"),
        ({"plinth:monitoring.thresholds.critical_response_ms": 2_000}, "critical_response_ms", "Set more than 2000"),
        ({"plinth:monitoring.notify": ["platform"]}, "monitoring.notify", "mail address"),
        ({"plinth:monitoring.topic": "alerts!"}, "monitoring.topic", "topic"),
        ({"plinth:monitoring.dashboard": "a b"}, "monitoring.dashboard", "dashboard"),
        ({"plinth:monitoring.level": "free", "plinth:monitoring.anomaly": True}, "monitoring.anomaly", "standard"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], key: str, said: str):
    problem = only_problem(changes)
    assert key in problem.key
    assert said in f"{problem.found} {problem.rule} {problem.remedy}"


@pytest.mark.requirement("UTJ-MON-05")
@pytest.mark.parametrize(("level", "detailed", "free"), [("free", False, True), ("detailed", True, False)])
def test_levels(level: str, *, detailed: bool, free: bool):
    stack: Stack = prod({"plinth:monitoring.level": level})
    assert (stack.monitoring.detailed, stack.monitoring.free) == (detailed, free)
