"""Every stack file of every system, by the real engine, all of them up at the same time.

The files after this one find them up; test_8_end.py takes them away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local import health
from settings.stack_files import known_as, stack_files, stack_name
from tests.integration.cloud import ROOT, wait_until

if TYPE_CHECKING:
    from tests.integration.cloud import Cloud

FILES = {known_as(path, ROOT): path for path in stack_files(ROOT) if path.parent != ROOT}
VARIANTS = {name: path for name, path in FILES.items() if stack_name(path, ROOT) != name}
"""Files that are another stack's under other circumstances, e.g. a season."""
STACKS = {name: path for name, path in FILES.items() if name not in VARIANTS}


def test_every_system_has_its_environments() -> None:
    assert set(FILES) == {
        "auterity-recovery",
        "chatrelay-dev",
        "chatrelay-fargate",
        "chatrelay-prod",
        "chatrelay-staging",
        "court-case-prod",
        "court-case-staging",
        "rapidphoto-dev",
        "rapidphoto-prod",
        "utjfc-dev",
        "utjfc-prod",
        "utjfc-season",
    }


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_deployed_as_its_file_says(prod: Cloud, stack: str) -> None:
    created = prod.up(stack).changes
    assert set(created) == {"created"}
    assert answers(prod, stack)


@pytest.mark.parametrize("stack", STACKS)
def test_a_second_run_finds_neither_change_nor_drift(prod: Cloud, stack: str) -> None:
    done = prod.differences(stack)
    assert done.code == 0, done.output


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_changes_its_stack_and_is_taken_back(prod: Cloud, variant: str) -> None:
    path = VARIANTS[variant]
    stack = stack_name(path, ROOT)
    there = prod.up(path).changes
    assert set(there) == {"updated", "unchanged"}, there
    assert answers(prod, stack)
    back = prod.up(STACKS[stack]).changes
    assert back == there


def test_all_of_them_stand_at_the_same_time(prod: Cloud) -> None:
    assert {"prod", *STACKS} <= set(prod.stacks())
    for stack in ("prod", *STACKS):
        assert answers(prod, stack), stack


def answers(cloud: Cloud, stack: str) -> bool:
    """Whether everything that a stack serves answers, as `make status` shows it."""
    state = cloud.state(stack)
    wait_until(lambda: health.settle(state, seconds=1), f"{stack} answers")
    site = f"{health.cdn_url(state)}/"
    asked = [each for each in health.answers(state) if each.url.endswith("/health") or each.url == site]
    return all(answer.status in (200, 301) for answer in asked)
