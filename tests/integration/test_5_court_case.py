"""Court Case: its migrations run in a task of their own, and its service sees them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.cloud import get

if TYPE_CHECKING:
    from tests.integration.cloud import Cloud

STACK, CLUSTER = "court-case-prod", "CourtCaseCluster"


@pytest.mark.requirement("CRT-DEP-06", "CRT-DEP-07", "CRT-API-25")
def test_migrations_run_in_a_task_and_the_service_sees_them(cloud: Cloud) -> None:
    cloud.ensure(STACK)
    ready = f"{cloud.url(STACK)}/health/ready"
    ecs = cloud.client("ecs")
    (service,) = ecs.describe_services(cluster=CLUSTER, services=["BackendService"])["services"]
    (task,) = ecs.run_task(
        cluster=CLUSTER,
        taskDefinition="BackendService-migrate",
        launchType="FARGATE",
        networkConfiguration=service["networkConfiguration"],
    )["tasks"]
    ecs.get_waiter("tasks_stopped").wait(
        cluster=CLUSTER, tasks=[task["taskArn"]], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    (ended,) = ecs.describe_tasks(cluster=CLUSTER, tasks=[task["taskArn"]])["tasks"]
    assert [container["exitCode"] for container in ended["containers"]] == [0]
    status, body = get(ready)
    assert status == 200, body
    assert json.loads(body)["migrations"]["up_to_date"] is True
