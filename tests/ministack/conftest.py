"""A MiniStack with our additions, without containers: what needs some is in tests/integration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.aws_plugin.conftest import endpoints

__all__ = ["endpoints"]
REGION = "us-west-2"


@pytest.fixture(scope="session")
def client(endpoints: dict[str, str]) -> Callable[..., Any]:
    """Makes boto3 clients of the emulator."""

    def make(service: str, region: str = REGION) -> Any:
        # boto3 has an overload for each service, and none for a string.
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, region_name=region, endpoint_url=endpoints["AWS_ENDPOINT_URL"], **keys)  # type: ignore[call-overload]

    return make
