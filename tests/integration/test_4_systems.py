"""Every stack file of every system, by the real engine, all of them up at the same time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local import health
from settings import load_file
from settings.stack_files import known_as, stack_files, stack_name
from tests.integration.cloud import ROOT, get, wait_until
from tests.integration.leftovers import remaining

if TYPE_CHECKING:
    from tests.integration.cloud import Cloud

FILES = {known_as(path, ROOT): path for path in stack_files(ROOT) if path.parent != ROOT}
VARIANTS = {name: path for name, path in FILES.items() if stack_name(path, ROOT) != name}
"""Files that are another stack's under other circumstances, e.g. a season."""
STACKS = {name: path for name, path in FILES.items() if name not in VARIANTS}


@pytest.fixture(scope="module")
def systems(prod: Cloud) -> Cloud:
    """The local cloud with production up, into which the tests here put the other systems, one after the other."""
    return prod


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
def test_a_stack_is_deployed_as_its_file_says(systems: Cloud, stack: str) -> None:
    created = systems.up(stack).changes
    assert set(created) == {"created"}
    assert answers(systems, stack)


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("command", [("preview",), ("refresh", "--preview-only")], ids=["change", "drift"])
def test_a_second_run_finds_no(systems: Cloud, stack: str, command: tuple[str, ...]) -> None:
    config = str(ROOT / ".plinth" / "stacks" / f"{stack}.yaml")
    arguments = ("--diff", "--expect-no-changes", "--config-file", config, "--non-interactive")
    done = systems.pulumi(*command, *arguments, stack=stack)
    assert done.code == 0, done.output


@pytest.mark.requirement("CRT-DEP-06", "CRT-DEP-07", "CRT-API-25")
def test_court_cases_migrations_run_in_a_task_and_the_service_sees_them(systems: Cloud) -> None:
    ready = f"{systems.url('court-case-prod')}/health/ready"
    assert get(ready)[0] == 503
    ecs, cluster = systems.client("ecs"), "CourtCaseCluster"
    (service,) = ecs.describe_services(cluster=cluster, services=["BackendService"])["services"]
    (task,) = ecs.run_task(
        cluster=cluster,
        taskDefinition="BackendService-migrate",
        launchType="FARGATE",
        networkConfiguration=service["networkConfiguration"],
    )["tasks"]
    ecs.get_waiter("tasks_stopped").wait(
        cluster=cluster, tasks=[task["taskArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    (ended,) = ecs.describe_tasks(cluster=cluster, tasks=[task["taskArn"]])["tasks"]
    assert [container["exitCode"] for container in ended["containers"]] == [0]
    status, body = get(ready)
    assert status == 200, body
    assert json.loads(body)["migrations"]["up_to_date"] is True


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_changes_its_stack_and_is_taken_back(systems: Cloud, variant: str) -> None:
    path = VARIANTS[variant]
    stack = stack_name(path, ROOT)
    there = systems.up(path).changes
    assert set(there) == {"updated", "unchanged"}, there
    assert answers(systems, stack)
    back = systems.up(STACKS[stack]).changes
    assert back == there


def test_all_of_them_stand_at_the_same_time(systems: Cloud) -> None:
    assert {"prod", *STACKS} <= set(systems.stacks())
    for stack in ("prod", *STACKS):
        assert answers(systems, stack), stack


@pytest.mark.parametrize("stack", list(reversed(STACKS)))
def test_down_leaves_nothing(systems: Cloud, stack: str) -> None:
    resources, region = systems.state(stack).resources, load_file(FILES[stack], root=ROOT).region
    systems.down(stack)
    assert stack not in systems.stacks()
    assert remaining(resources, region) == []


def answers(cloud: Cloud, stack: str) -> bool:
    """Whether everything that a stack serves answers, as `make status` shows it."""
    state = cloud.state(stack)
    wait_until(lambda: health.settle(state, seconds=1), f"{stack} answers")
    return all(answer.status in (200, 301) for answer in health.answers(state) if answer.url.endswith("/health"))
