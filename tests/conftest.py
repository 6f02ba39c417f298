"""What all tests share: nothing reaches a real AWS account, and on CI nothing is skipped."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

INTEGRATION = Path(__file__).parent / "integration"

# Two cores shared by several workers: how long one example takes says nothing.
settings.register_profile("plinth", deadline=None)
settings.load_profile("plinth")


# The SDK's bindings are a million objects that stay: looking through them again and again was a third of the time.
gc.set_threshold(100_000, 50, 100)


def pytest_configure() -> None:
    """Hide the credentials of whoever runs the tests: a mistake in a test must never find an account."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        os.environ.pop(name, None)
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lies in tests/integration needs the whole local cloud, without saying so each time."""
    for item in items:
        if item.path.is_relative_to(INTEGRATION):
            item.add_marker("integration")


def _skipped(config: pytest.Config) -> int:
    reporter: TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", ())) if reporter else 0


def _must_not_skip() -> bool:
    return os.environ.get("CI", "").lower() in ("1", "true")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skip on CI fails the run: there, what a test needs is missing only by mistake."""
    if _must_not_skip() and _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say why a run without failures fails all the same."""
    skipped = _skipped(terminalreporter.config)
    if skipped and _must_not_skip():
        terminalreporter.write_line(
            f"{skipped} skipped, and CI is set: nothing may be skipped there. The reasons stand above.", red=True
        )
