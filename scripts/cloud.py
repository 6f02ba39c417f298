"""AWS as verbs see it: clients that are made once, patient with throttling, safe to use from several threads."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

AT_ONCE: Final = 16
"""Calls that may be under way together: fast, and below what AWS throttles."""
_CONNECT_SECONDS, _READ_SECONDS, _ATTEMPTS = 5, 30, 5

Given = TypeVar("Given")
Got = TypeVar("Got")


class Cloud:
    """Clients of one account, by the standard chain of credentials, for one region unless another is named."""

    def __init__(self, region: str | None = None, profile: str | None = None) -> None:
        # Every client of AWS's knows AWS_REGION but Python's, which knows AWS_DEFAULT_REGION alone.
        self._session = boto3.Session(region_name=region or os.environ.get("AWS_REGION"), profile_name=profile)
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], Any] = {}

    @property
    def region(self) -> str:
        """The region of calls that name none; empty when nothing says one."""
        return self._session.region_name or ""

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service: the same one each time."""
        key = (service, region or self.region)
        with self._lock:  # a session may make one client at a time
            if key not in self._clients:
                make: Any = self._session.client  # typed for literal names only
                self._clients[key] = make(service, region_name=key[1] or None, config=_config())
            return self._clients[key]

    def pages(self, service: str, operation: str, key: str, *, region: str | None = None, **request: Any) -> list[Any]:
        """All items under `key` of a paginated operation, whose name is in snake case."""
        paginator = self.client(service, region).get_paginator(operation)
        return list(paginator.paginate(**request).search(f"{key}[]"))

    def account(self) -> str:
        """The account that the credentials are of."""
        return str(self.client("sts").get_caller_identity()["Account"])

    def caller(self) -> str:
        """Who asks, as IAM names them: the last part of the ARN, with the session's name."""
        return str(self.client("sts").get_caller_identity()["Arn"]).rpartition(":")[2]


def together(work: Callable[[Given], Got], items: Iterable[Given]) -> list[Got]:
    """The results of `work` on each item, in their order, called side by side; the first exception is raised."""
    found = list(items)
    with ThreadPoolExecutor(min(len(found), AT_ONCE) or 1) as pool:
        return list(pool.map(work, found))


def batches(items: Iterable[Given], size: int) -> list[list[Given]]:
    """The items in lists of at most `size`: as many as a call takes."""
    found = list(items)
    return [found[start : start + size] for start in range(0, len(found), size)]


def _config() -> Config:
    """Retries of throttling and faults with growing pauses; what the environment says of them counts."""
    retries: dict[str, Any] = {}
    if "AWS_RETRY_MODE" not in os.environ:
        retries["mode"] = "standard"
    if "AWS_MAX_ATTEMPTS" not in os.environ:
        retries["total_max_attempts"] = _ATTEMPTS
    return Config(
        retries=retries,  # type: ignore[arg-type] # typed as a dictionary of literal keys
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        max_pool_connections=2 * AT_ONCE,
        user_agent_extra="plinth",
    )
