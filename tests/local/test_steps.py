from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from local.steps import Steps, duration


def run(*, terminal: bool) -> tuple[Steps, io.StringIO]:
    output = io.StringIO()
    return Steps(Console(file=output, force_terminal=terminal, width=100)), output


def test_a_step_is_one_line_with_what_it_learned_and_how_long_it_took():
    steps, output = run(terminal=False)
    with steps, steps.step("Registry") as step:
        step.detail = "127.0.0.1:5055"
    assert re.fullmatch(r"  ✓ Registry  127\.0\.0\.1:5055  0\.\d s\n", output.getvalue())
    assert [each.name for each in steps.timings] == ["Registry"]


def test_a_slow_step_says_so_when_it_starts():
    steps, output = run(terminal=False)
    with steps, steps.step("Engine", expect="3 min"):
        assert output.getvalue() == "  … Engine (3 min)\n"


def test_a_failed_step_is_marked_and_its_error_goes_on():
    steps, output = run(terminal=False)
    with pytest.raises(RuntimeError, match="boom"), steps, steps.step("Engine"):
        raise RuntimeError("boom")
    assert "✗ Engine" in output.getvalue()
    assert steps.timings == []


def test_nothing_to_do_prints_nothing():
    steps, output = run(terminal=False)
    with steps:
        pass
    assert output.getvalue() == ""


def test_off_a_terminal_there_is_no_escape_code_and_no_markup_from_names():
    steps, output = run(terminal=False)
    with steps, steps.step("Image [bold]x[/bold]"):
        pass
    assert "\x1b" not in output.getvalue()
    assert "[bold]x[/bold]" in output.getvalue()


def test_on_a_terminal_the_line_is_there_too():
    steps, output = run(terminal=True)
    with steps, steps.step("Registry"):
        pass
    assert "Registry" in output.getvalue()


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (12.4, "12 s"), (59.4, "59 s"), (185, "3 min 05 s")]
)
def test_durations_read_like_durations(seconds: float, shown: str):
    assert duration(seconds) == shown
