"""The score, its bands, and what is unlike before."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.health.anomalies import LEAST_VALUES, anomalies
from scripts.health.metrics import PERIOD_SECONDS, Metric, Series
from scripts.health.model import Check, band, health
from scripts.health.performance import performance
from settings.operations.operations import Health as Thresholds

THRESHOLDS = Thresholds.model_validate({})
START = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def check(level: str, state: str, weight: float = 1) -> Check:
    return Check.model_validate({"level": level, "name": "x", "state": state, "weight": weight})


def series(what: str, values: list[float], of: str = "backend") -> dict[str, Series]:
    metric = Metric(of, what, "AWS/ECS", what, "Average", ())
    times = tuple(START + dt.timedelta(seconds=PERIOD_SECONDS * index) for index in range(len(values)))
    return {metric.key: Series(metric, times, tuple(values))}


@pytest.mark.requirement("CRT-OPS-02")
@pytest.mark.parametrize(
    ("basic", "performance_", "business", "score"),
    [
        (["ok"], ["ok"], ["ok"], 100),
        (["wrong"], ["ok"], ["ok"], 60),
        (["ok"], ["wrong"], ["ok"], 65),
        (["ok"], ["ok"], ["wrong"], 75),
        (["ok", "wrong"], ["ok"], ["ok"], 80),
        (["ok", "unknown"], ["ok"], ["ok"], 100),
        (["wrong"], ["wrong"], ["wrong"], 0),
    ],
)
def test_the_score_weighs_the_three_levels(
    basic: list[str], performance_: list[str], business: list[str], score: float
) -> None:
    levels = {"basic": basic, "performance": performance_, "business": business}
    checks = [check(level, state) for level, states in levels.items() for state in states]
    assert health("shop", checks).score == score


def test_a_level_of_which_nothing_is_known_does_not_count() -> None:
    found = health("shop", [check("basic", "ok"), check("performance", "unknown"), check("business", "wrong")])
    assert found.levels["performance"] is None
    assert found.score == round(100 * 0.40 / 0.65, 1)


def test_of_nothing_there_is_no_score() -> None:
    found = health("shop", [])
    assert (found.score, found.band) == (None, "unknown")


@pytest.mark.requirement("CRT-OPS-02")
@pytest.mark.parametrize(
    ("score", "name"),
    [
        (100, "Excellent"), (90, "Excellent"), (89.5, "Good"), (80, "Good"), (79.9, "Fair"), (70, "Fair"),
        (69.9, "Poor"), (60, "Poor"), (59.9, "Critical"), (0, "Critical"),
    ],
)  # fmt: skip
def test_a_score_between_bands_is_in_the_lower_one(score: float, name: str) -> None:
    assert band(score) == name


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["basic", "performance", "business"]),
            st.sampled_from(["ok", "wrong", "unknown"]),
            st.floats(0.1, 10),
        )
    )
)
def test_a_score_is_between_0_and_100_and_more_ok_is_never_less(checks: list[tuple[str, str, float]]) -> None:
    made = [check(*each) for each in checks]
    score = health("shop", made).score
    if score is None:
        assert all(each.state == "unknown" for each in made)
        return
    assert 0 <= score <= 100
    better = health(
        "shop", [each.model_copy(update={"state": "ok"}) if each.state == "wrong" else each for each in made]
    )
    assert better.score == 100


@pytest.mark.requirement("CRT-OPS-03")
@pytest.mark.parametrize("what", ["cpu", "response", "errors", "memory"])
def test_a_jump_is_an_anomaly(what: str) -> None:
    steady = [10 + 0.5 * math.sin(index) for index in range(48)]
    assert anomalies(series(what, steady)) == []
    (found,) = anomalies(series(what, [*steady, 40, 41, 42]))
    assert (round(found.expected), found.value) == (10, 41)


@pytest.mark.requirement("CRT-OPS-03")
def test_a_steady_rise_is_an_anomaly_before_anything_is_high() -> None:
    rising = [20 + index / 12 * 2 for index in range(36)]  # two points an hour
    assert [each.why.partition(" ")[0] for each in anomalies(series("memory", rising))][-1:] == ["rising"]


def test_one_outlier_of_the_past_hides_nothing() -> None:
    past = [10 + 0.5 * math.sin(index) for index in range(48)]
    past[20] = 1000
    assert anomalies(series("response", [*past, 40, 41, 42])) != []


@given(st.lists(st.floats(0, 1e6), max_size=LEAST_VALUES - 1))
def test_of_too_little_nothing_is_said(values: list[float]) -> None:
    assert anomalies(series("cpu", values)) == []


@given(st.sampled_from(["cpu", "response", "age", "requests", "free"]), st.lists(st.floats(0, 1e9), max_size=60))
def test_no_values_break_it(what: str, values: list[float]) -> None:
    anomalies(series(what, values))
    found = series(what, values) | series("errors", values) | series("requests", values)
    performance(found, THRESHOLDS)


@pytest.mark.requirement("CRT-OPS-01", "CRT-OPS-04")
@pytest.mark.parametrize(
    ("what", "value", "state"),
    [
        ("response", 1.9, "ok"),
        ("response", 2.1, "wrong"),
        ("cpu", 79, "ok"),
        ("cpu", 81, "wrong"),
        ("memory", 86, "wrong"),
        ("age", 301, "wrong"),
        ("dead letters", 1, "wrong"),
        ("dead letters", 0, "ok"),
        ("free", 4 * 2**30, "wrong"),
        ("free", 50 * 2**30, "ok"),
    ],
)
def test_a_metric_is_held_against_its_threshold(what: str, value: float, state: str) -> None:
    (found,) = performance(series(what, [value]), THRESHOLDS)
    assert found.state == state


def test_what_was_not_measured_is_unknown() -> None:
    assert [each.state for each in performance(series("cpu", []), THRESHOLDS)] == ["unknown"]


def test_errors_are_a_share_of_the_requests() -> None:
    both = series("requests", [100, 100]) | series("errors", [4, 8])
    assert [each.detail for each in performance(both, THRESHOLDS)] == ["6 % of the requests, at most 5"]
    none = series("requests", []) | series("errors", [])
    assert [each.state for each in performance(none, THRESHOLDS)] == ["unknown"]
