"""The end of each system: what was made is gone, whatever it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from settings import load_file
from tests.integration.cloud import ROOT
from tests.integration.leftovers import remaining
from tests.integration.test_4_systems import FILES, STACKS

if TYPE_CHECKING:
    from tests.integration.cloud import Cloud


@pytest.mark.parametrize("stack", list(reversed(STACKS)))
def test_down_leaves_nothing(cloud: Cloud, stack: str) -> None:
    cloud.ensure(stack)
    resources, region = cloud.state(stack).resources, load_file(FILES[stack], root=ROOT).region
    cloud.down(stack)
    assert stack not in cloud.stacks()
    assert remaining(resources, region) == []
