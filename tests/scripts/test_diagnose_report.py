"""The report: figures of what was gathered, and endpoints asked once."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from scripts.diagnose import gather as gathering
from scripts.diagnose.endpoints import endpoints_that_fail, read_endpoints
from scripts.diagnose.facts import State
from scripts.diagnose.report import more_metrics, report
from scripts.diagnose.run import diagnose
from scripts.health.metrics import metrics_of
from scripts.validate.run import Checked, Ran
from tests.scripts.findings import NOW, REDIS, facts, ids, series
from tests.scripts.stacks import StubbedCloud, platform
from tests.scripts.stacks import target as stack
from tests.scripts.validate.test_http import Server, server, url

__all__ = ["server"]  # a fixture

GIB = 2.0**30


def answered(name: str, problem: str = "", *, critical: bool = False) -> Checked:
    return Checked(name=name, critical=critical, milliseconds=12.34, tries=1, problem=problem)


@pytest.mark.requirement("AUT-OPS-03")
def test_a_report_has_its_four_parts_in_percent_gib_and_milliseconds() -> None:
    measured = {
        **series("backend", "cpu", [10, 20]), **series("backend", "memory", [50]),
        **series("backend", "memory used", [512]), **series("backend", "memory size", [2048]),
        **series("backend", "disk used", [5]), **series("backend", "disk size", [20]),
        **series("postgres", "cpu", [7]), **series("postgres", "available", [3 * GIB]),
        **series("postgres", "free", [25 * GIB]), **series("postgres", "connections", [12]),
        **series("redis", "used", [2 * GIB, GIB]), **series("redis", "connections", [30]),
        **series("redis", "reads", [900]), **series("redis", "writes", [100]),
        **series("redis", "hits", [75]), **series("redis", "misses", [25]),
    }  # fmt: skip
    asked = [Ran(name="api", checks=(answered("health"), answered("me", "answered 500: oops")))]
    found = report(facts(series=measured, database={"AllocatedStorage": 100}, endpoints=asked))
    assert [(each.part, each.of, each.what, each.value, each.unit) for each in found.figures] == [
        ("system", "backend", "cpu", 15, "%"),
        ("system", "backend", "memory", 50, "%"),
        ("system", "backend", "memory available", 1.5, "GiB"),
        ("system", "backend", "disk", 25, "%"),
        ("system", "backend", "disk free", 15, "GiB"),
        ("database", "postgres", "cpu", 7, "%"),
        ("database", "postgres", "memory available", 3, "GiB"),
        ("database", "postgres", "disk free", 25, "GiB"),
        ("database", "postgres", "disk", 75, "%"),
        ("database", "postgres", "connections", 12, ""),
        ("redis", "redis", "memory used", 1, "GiB"),
        ("redis", "redis", "memory peak", 2, "GiB"),
        ("redis", "redis", "clients", 30, ""),
        ("redis", "redis", "commands", 1000, ""),
        ("redis", "redis", "hits", 75, ""),
        ("redis", "redis", "misses", 25, ""),
        ("redis", "redis", "hit rate", 75, "%"),
        ("api", "health", "answered", 12.34, "ms"),
        ("api", "me", "failed: answered 500: oops", 12.34, "ms"),
    ]
    assert "plinth db probe --stack shop-prod" in found.elsewhere


@pytest.mark.requirement("AUT-OPS-03")
def test_what_was_not_measured_is_left_out_and_a_cache_that_nobody_asks_has_a_rate_of_zero() -> None:
    found = report(facts()).figures
    assert {(each.part, each.what): each.value for each in found} == {
        ("redis", "commands"): 0, ("redis", "hits"): 0, ("redis", "misses"): 0, ("redis", "hit rate"): 0,
    }  # fmt: skip


@pytest.mark.requirement("CRT-OPS-08", "AUT-OPS-03")
@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ((answered("health"), answered("me")), []),
        ((answered("health", "answered 500"), answered("me")), ["warning"]),
        ((answered("health", "no answer: timed out", critical=True), answered("me", "answered 404")), ["critical"]),
    ],
)
def test_endpoints_that_do_not_answer_as_they_should_are_told(checks: tuple[Checked, ...], expected: list[str]) -> None:
    found = list(endpoints_that_fail(facts(endpoints=[Ran(name="api", checks=checks)])))
    assert [each.severity for each in found] == expected
    assert all(each.cause == checks[0].problem for each in found)
    assert all(len(each.evidence) == sum(bool(check.problem) for check in checks) for each in found)


SUITES: dict[str, Any] = {
    "smoke": {"timeout_seconds": 5, "checks": {"home": {"path": "/ok", "critical": True}}},
    "api": {
        "timeout_seconds": 5,
        "checks": {"broken": {"path": "/broken"}, "made": {"path": "/made", "method": "POST"}},
    },
    "performance": {"timeout_seconds": 5, "load": {"path": "/load", "seconds": 4}},
}


@pytest.mark.requirement("AUT-OPS-03", "CRT-OPS-08")
def test_only_what_changes_nothing_is_asked_and_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINTH_URL", url(server))
    found = read_endpoints(stack(StubbedCloud(), suites=SUITES))
    assert [(suite.name, each.name, bool(each.problem)) for suite in found for each in suite.checks] == [
        ("smoke", "home", False), ("api", "broken", True),
    ]  # fmt: skip
    assert server.asked == {"/ok": 1, "/broken": 1}
    assert all(each.milliseconds == round(each.milliseconds, 2) > 0 for suite in found for each in suite.checks)


@pytest.mark.requirement("AUT-OPS-03")
def test_a_diagnosis_with_a_report_asks_for_all_metrics_at_once(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "read_state", lambda _: State())
    monkeypatch.setenv("PLINTH_URL", url(server))
    cloud = StubbedCloud()
    shop = stack(cloud, platform=platform(redis=REDIS), suites={"smoke": SUITES["smoke"]})
    keys = [each.key for each in (*metrics_of(shop), *more_metrics(shop))]
    results = [
        {"Id": f"m{keys.index(key)}", "Timestamps": [NOW], "Values": [value]}
        for key, value in (("redis used", 3 * GIB), ("redis hits", 1.0), ("redis cpu", 99.0))
    ]
    cloud.expect("cloudwatch", "get_metric_data", {"MetricDataResults": results})
    cloud.expect("elasticache", "describe_replication_groups", {"ReplicationGroups": [{"Status": "available"}]})
    cloud.expect("s3", "list_buckets", {"Buckets": [{"Name": "shop-operations-prod"}]})
    found = diagnose(shop, NOW, with_report=True)
    cloud.done()
    assert ids(found.issues) == ["cpu-too-high"]
    assert found.report is not None
    figures = {(each.part, each.what): each.value for each in found.report.figures}
    assert (figures["redis", "memory used"], figures["redis", "hit rate"]) == (3, 100)
    assert ("api", "answered") in figures
    console = Console(record=True, width=200)
    found.show(console)
    assert "redis redis memory peak 3 GiB" in " ".join(console.export_text().split())


def test_without_an_address_the_rest_is_diagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "read_state", lambda _: State())
    monkeypatch.delenv("PLINTH_URL", raising=False)
    cloud = StubbedCloud()
    cloud.expect("cloudwatch", "get_metric_data", {"MetricDataResults": []})
    cloud.expect("s3", "list_buckets", {"Buckets": []})
    found = diagnose(stack(cloud, suites={"smoke": SUITES["smoke"]}), NOW)
    assert found.report is None
    assert ids(found.issues) == ["bucket-not-there"]
    assert len(found.not_read) == 1
    assert "has no address" in found.not_read[0]
