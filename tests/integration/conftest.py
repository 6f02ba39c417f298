"""One local cloud for all integration tests: this work tree's own, with its own stacks prod and staging."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import docker
from tests.integration.cloud import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def cloud() -> Iterator[Cloud]:
    """The local cloud. What was up before the tests is so after them, and nothing else."""
    if docker.find() is None and not docker.can_be_ours():
        pytest.skip(f"no containers here: {docker.HOW_TO_GET}")
    cloud = Cloud()
    before = cloud.stacks()
    yield cloud
    for stack in cloud.stacks():
        if stack not in before:
            cloud.down(stack)
    for stack in before:
        if stack in ("prod", "staging"):
            cloud.up(stack)


@pytest.fixture(scope="session")
def prod(cloud: Cloud) -> Cloud:
    """The local cloud with production up, from its stack file as it is."""
    cloud.up("prod")
    return cloud
