"""Advice on sizes: what is called for, what it saves, and how sure that is."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.health.metrics import PERIOD_SECONDS, Metric, Series
from scripts.optimize.advice import Advice, advise, used

SIZE = (2048, 8192)
DAY = 288


def series(values: list[float]) -> Series:
    start = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    times = tuple(start + dt.timedelta(seconds=PERIOD_SECONDS * index) for index in range(len(values)))
    return Series(Metric("backend", "cpu", "AWS/ECS", "CPUUtilization", "Average", ()), times, tuple(values))


def advice(cpu: list[float], memory: list[float], tasks: int = 3) -> list[Advice]:
    return advise("backend", SIZE, tasks, used(series(cpu)), used(series(memory)))


@pytest.mark.requirement("CRT-OPS-09", "CRT-OPS-11")
def test_what_is_hardly_used_gets_a_smaller_size_and_the_saving_is_said() -> None:
    (found,) = advice([10.0] * DAY, [15.0] * DAY)
    assert (found.kind, found.change) == ("right-size", "cpu: 512, memory: 2048")
    # https://aws.amazon.com/fargate/pricing/: three tasks of 2 processors and 8 GiB, less three of 0.5 and 2.
    assert found.usd_a_month == pytest.approx(3 * 730 * (1.5 * 0.04048 + 6 * 0.004445), abs=0.01)


@pytest.mark.requirement("CRT-OPS-09")
def test_what_is_used_up_gets_more_tasks_and_the_cost_is_said() -> None:
    (found,) = advice([90.0] * DAY, [50.0] * DAY, tasks=4)
    assert (found.kind, found.change) == ("scale up", "count.min: 6")
    assert found.usd_a_month < 0


@pytest.mark.requirement("CRT-OPS-09")
def test_memory_that_grows_for_ever_is_a_leak() -> None:
    found = advice([50.0] * DAY, [40 + index / DAY * 10 for index in range(DAY)])
    assert [each.why.partition(":")[0] for each in found] == ["memory grows by 10 points a day"]


@pytest.mark.requirement("CRT-OPS-09")
def test_what_swings_scales_by_itself() -> None:
    found = advice([10.0, 70.0] * (DAY // 2), [50.0] * DAY)
    assert [each.kind for each in found] == ["auto-scale"]


def test_what_is_right_is_left_alone() -> None:
    assert advice([50.0] * DAY, [60.0] * DAY) == []


@pytest.mark.requirement("CRT-OPS-10")
@pytest.mark.parametrize(
    ("values", "band", "first"),
    [
        (DAY, "high", False),
        (round(DAY * 0.8), "medium", False),
        (round(DAY * 0.6), "low", True),
        (DAY // 4, None, None),
    ],
)
def test_how_sure_it_is_depends_on_how_much_was_measured(values: int, band: str | None, first: bool | None) -> None:  # noqa: FBT001
    found = advice([10.0] * values, [15.0] * values)
    assert [(each.band, each.validate_first) for each in found] == ([] if band is None else [(band, first)])


@pytest.mark.requirement("CRT-OPS-10")
@given(st.lists(st.floats(0, 100), max_size=400), st.lists(st.floats(0, 100), max_size=400), st.integers(1, 20))
def test_no_advice_is_less_than_half_sure(cpu: list[float], memory: list[float], tasks: int) -> None:
    for each in advice(cpu, memory, tasks):
        assert 50 <= each.confidence <= 100
        assert each.band == ("high" if each.confidence >= 90 else "medium" if each.confidence >= 70 else "low")
