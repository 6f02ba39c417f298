"""Deployments that move users between two sets of tasks, as ECS tells of them: AWS's words, which no emulator has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.ecs.rollout import watch
from scripts.ecs.service import EcsService
from tests.scripts.stacks import StubbedCloud, platform
from tests.scripts.stacks import target as stack

BEGUN = dt.datetime(2026, 11, 23, 3, 15, tzinfo=dt.UTC)
BLUE, GREEN = (f"arn:aws:ecs:us-west-2:000000000000:task-definition/shop:{number}" for number in (7, 8))
SERVICE = {
    "name": "backend", "task_family": "shop", "container": "app", "port": 80, "paths": [], "health_path": "/",
    "strategy": "blue_green", "target_group_arn": "a", "alternate_target_group_arn": "b", "repository_url": "",
    "security_group_id": "sg-app", "alarms": [], "tasks": {},
}  # fmt: skip
DEPLOYMENT = "arn:aws:ecs:us-west-2:000000000000:service-deployment/shop/backend/new"
EARLIER = "arn:aws:ecs:us-west-2:000000000000:service-deployment/shop/backend/old"


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubbedCloud]:
    monkeypatch.setattr("scripts.waiting.time.sleep", lambda _: None)
    account = StubbedCloud()
    yield account
    account.done()


def backend(cloud: StubbedCloud, strategy: str) -> EcsService:
    """The service, and what is read before the first look."""
    shop = stack(cloud, platform=platform(cluster="shop"), services={"backend": {**SERVICE, "strategy": strategy}})
    cloud.expect("ecs", "describe_services", described(GREEN))
    return EcsService(shop, "backend", shop.inventory.services["backend"])


def described(primary: str, *, state: str = "IN_PROGRESS") -> dict[str, Any]:
    deployments = [{
        "status": "PRIMARY", "taskDefinition": primary, "rolloutState": state, "createdAt": BEGUN,
        "runningCount": 2, "desiredCount": 2,
    }]  # fmt: skip
    return {"services": [{"serviceName": "backend", "status": "ACTIVE", "events": [], "deployments": deployments}]}


def look(
    cloud: StubbedCloud,
    status: str,
    stage: str = "",
    percent: float | None = None,
    *,
    primary: str = GREEN,
    why: str = "",
) -> None:
    """What ECS answers to one look: the service, its deployments, and the newest of them."""
    cloud.expect("ecs", "describe_services", described(primary, state="COMPLETED"))
    over = {"serviceDeploymentArn": EARLIER, "status": "ROLLBACK_SUCCESSFUL"}
    listed = [
        {"serviceDeploymentArn": DEPLOYMENT, "createdAt": BEGUN, "status": status},
        {**over, "createdAt": BEGUN - dt.timedelta(hours=2), "finishedAt": BEGUN - dt.timedelta(hours=1)},
    ]
    cloud.expect("ecs", "list_service_deployments", {"serviceDeployments": listed})
    weight = {} if percent is None else {"requestedProductionTrafficWeight": percent}
    found = {"serviceDeploymentArn": DEPLOYMENT, "status": status, "targetServiceRevision": {"arn": "x", **weight}}
    found |= {name: value for name, value in (("lifecycleStage", stage), ("statusReason", why)) if value}
    asked = {"serviceDeploymentArns": [DEPLOYMENT]}
    cloud.expect("ecs", "describe_service_deployments", {"serviceDeployments": [found]}, asked)


@pytest.mark.requirement("CRT-DEP-02", "AUT-DEP-02", "AUT-DEP-05")
@pytest.mark.parametrize("strategy", ["blue_green", "canary", "linear"])
def test_it_is_over_when_the_old_tasks_are_gone_and_not_when_the_new_ones_run(
    cloud: StubbedCloud, strategy: str
) -> None:
    service, told = backend(cloud, strategy), list[str]()
    look(cloud, "IN_PROGRESS", "SCALE_UP")
    look(cloud, "IN_PROGRESS", "PRODUCTION_TRAFFIC_SHIFT", 10)
    look(cloud, "IN_PROGRESS", "PRODUCTION_TRAFFIC_SHIFT", 10)
    look(cloud, "IN_PROGRESS", "BAKE_TIME", 100)
    look(cloud, "SUCCESSFUL", "CLEAN_UP", 100)
    outcome = watch(service, GREEN, 1, told.append)
    assert (outcome.good, outcome.running) == (True, "shop:8")
    assert told == [
        "scale up", "production traffic shift, 10 % of the users", "bake time, 100 % of the users",
        "clean up, 100 % of the users",
    ]  # fmt: skip


@pytest.mark.requirement("CRT-DEP-02", "CRT-DR-05")
@pytest.mark.parametrize("status", ["ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED"])
def test_one_that_an_alarm_or_a_hook_takes_back_is_a_failure_with_ecss_reason(cloud: StubbedCloud, status: str) -> None:
    service = backend(cloud, "blue_green")
    look(cloud, "IN_PROGRESS", "BAKE_TIME", 100)
    look(cloud, "ROLLBACK_IN_PROGRESS", "PRODUCTION_TRAFFIC_SHIFT", 0)
    look(cloud, status, why="alarm shop-critical went off")
    cloud.expect("ecs", "list_tasks", {"taskArns": []})
    outcome = watch(service, GREEN, 1, lambda _: None)
    assert (outcome.good, outcome.why) == (False, "alarm shop-critical went off")


@pytest.mark.requirement("CRT-DEP-02")
def test_what_was_over_before_is_not_taken_for_this_one(cloud: StubbedCloud) -> None:
    """Just after it has begun ECS may list the deployments before alone; the newest of those was taken back."""
    service = backend(cloud, "blue_green")
    cloud.expect("ecs", "describe_services", described(GREEN))
    over = {"createdAt": BEGUN - dt.timedelta(hours=2), "finishedAt": BEGUN - dt.timedelta(hours=1)}
    listed = [{"serviceDeploymentArn": EARLIER, "status": "ROLLBACK_SUCCESSFUL", **over}]
    cloud.expect("ecs", "list_service_deployments", {"serviceDeployments": listed})
    look(cloud, "SUCCESSFUL")
    assert watch(service, GREEN, 1, lambda _: None).good
