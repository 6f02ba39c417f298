"""Stacks built once against the mocks, and shared by the tests that only look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.components.recording import build
from tests.components.stacks import stack

if TYPE_CHECKING:
    from tests.components.recording import Recorder


@pytest.fixture(scope="session")
def prod() -> Recorder:
    """Auterity's production, as its stack file says."""
    return build(stack("prod"), "prod")


@pytest.fixture(scope="session")
def staging() -> Recorder:
    """Auterity's staging."""
    return build(stack("staging"), "staging")
