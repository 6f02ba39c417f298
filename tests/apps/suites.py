"""Asking an application what the suites of its stack file ask (plinth:operations), as `plinth validate` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.components.stacks import stack

if TYPE_CHECKING:
    from collections.abc import Collection

    from fastapi.testclient import TestClient


def answered_otherwise(name: str, client: TestClient, *, elsewhere: Collection[str] = ()) -> list[str]:
    """The checks of a stack file that a client answers otherwise, but for paths that something else answers."""
    suites = stack(name).operations.validation.suites
    asked = {f"{key}.{each}": check for key, suite in suites.items() for each, check in suite.checks.items()}
    assert asked
    wrong = []
    for key, check in asked.items():
        if check.path in elsewhere:
            continue
        answer = client.request(check.method, check.path, json=check.body, headers=check.headers)
        right = answer.status_code < 400 if check.status is None else answer.status_code == check.status
        if not right or (check.contains or "") not in answer.text:
            wrong.append(f"{key}: {answer.status_code} {answer.text}")
    loads = [suite.load.path for suite in suites.values() if suite.load]
    return wrong + [path for path in loads if client.get(path).status_code != 200]
