"""Monitoring: what may be set, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from settings import Stack, Thresholds
from tests.settings.examples import ABSENT, SHORTEST, changed, only_problem, problems_of, prod

HOST = "auterity.example.com"


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
        ({"plinth:monitoring.tracing": {"rate": 1.5}}, "monitoring.tracing.rate", "from 0, none, to 1, all"),
        ({"plinth:monitoring.tracing": {"rate": -0.1}}, "monitoring.tracing.rate", "0.05"),
        ({"plinth:monitoring.tracing": {"rate": "half"}}, "monitoring.tracing.rate", "a number"),
        ({"plinth:monitoring.tracing": {"reservoir": -1}}, "monitoring.tracing.reservoir", "requests"),
        ({"plinth:monitoring.tracing": {"filter": ""}}, "monitoring.tracing.filter", "filter expression"),
        (
            {"plinth:monitoring.level": "free", "plinth:monitoring.tracing": {"insights": True}},
            "monitoring.tracing.insights",
            "standard",
        ),
        ({"plinth:monitoring.level": "free", "plinth:monitoring.canary": {"host": HOST}}, "monitoring.canary", "run"),
        ({"plinth:monitoring.canary": {"host": HOST, "every_minutes": 0}}, "canary.every_minutes", "from 1 to 60"),
        (
            {"plinth:monitoring.canary": {"host": HOST, "every_minutes": 1, "timeout_seconds": 61}},
            "canary.timeout_seconds",
            "Set 60 or less",
        ),
        ({"plinth:monitoring.canary": {"host": HOST, "paths": []}}, "canary.paths", "at least one"),
        ({"plinth:monitoring.canary": {"host": HOST, "paths": ["health"]}}, "canary.paths", "begins with '/'"),
        (
            {"plinth:monitoring.canary": {"host": HOST, "runtime": "syn-nodejs-puppeteer-9.0"}},
            "canary.runtime",
            "describe-runtime-versions",
        ),
        ({"plinth:monitoring.canary": {"host": HOST, "retention_days": 0}}, "canary.retention_days", "from 1 to 1024"),
        (
            {"plinth:monitoring.canary": {"host": HOST, "bucket": "auterity-config-production"}},
            "canary.bucket",
            "bucket",
        ),
        (
            {"plinth:monitoring.canary": {"host": HOST}, "plinth:environment": "thirteen-long"},
            "monitoring.canary",
            "21",
        ),
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


WORKER = {"code": "worker", "handler": "app.handler"}
BALANCER = {"plinth:load_balancer": ABSENT, "plinth:services": ABSENT}


def test_a_canary_needs_something_that_answers(tmp_path: Path):
    """A stack of workers alone has no public URL."""
    alone = changed(SHORTEST, {**BALANCER, "plinth:workers": {"w": WORKER}, "plinth:monitoring": {"canary": {}}})
    (tmp_path / "worker" / "src").mkdir(parents=True)
    (tmp_path / "worker" / "src" / "app.py").write_text("def handler(event, context): ...\n")
    (problem,) = problems_of(alone, tmp_path)
    assert (problem.key, problem.found) == (
        "plinth:monitoring.canary", "Nothing of the stack answers from the internet.",
    )  # fmt: skip
    assert "monitoring.canary.host" in problem.remedy
    alone["plinth:monitoring"]["canary"]["host"] = HOST
    assert problems_of(alone, tmp_path) == []


def test_a_canary_asks_by_a_name_that_the_certificate_is_for():
    elsewhere = {"plinth:dns": ABSENT, "plinth:operations.host": HOST}
    problem = only_problem({**elsewhere, "plinth:monitoring.canary": {"paths": ["/health"]}})
    assert problem.key == "plinth:monitoring.canary.host"
    assert "certificate" in problem.rule
    named = {"zone": "example.com", "names": {HOST: "load_balancer"}}
    assert prod({"plinth:dns": named, "plinth:monitoring.canary": {"paths": ["/health"]}}).monitoring.canary is not None


def test_sampling_is_awss_own_unless_set():
    tracing = prod().monitoring.tracing
    assert (tracing.reservoir, tracing.rate, tracing.filter, tracing.insights) == (1, 0.05, None, False)
    assert prod({"plinth:monitoring.tracing": {"rate": 1}}).monitoring.tracing.rate == 1


def test_a_traced_service_has_a_name_that_x_ray_takes():
    long = "a-service-of-a-name-with-33-chars"
    problem = only_problem({"plinth:services.backend.tracing": True, "plinth:services.backend.name": long})
    assert problem.key == "plinth:services.backend.name"
    assert "may have 32: 1 too many" in problem.rule
