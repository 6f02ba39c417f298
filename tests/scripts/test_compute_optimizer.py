"""The second opinion on sizes: what Compute Optimizer is asked, what is made of its answers, and of none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from scripts.optimize import compute_optimizer
from scripts.target import Target
from tests.scripts.stacks import StubbedCloud, platform
from tests.scripts.stacks import target as stack

POSTGRES = {"identifier": "shop-db", "host": "x", "port": 5432, "database": "shop", "secret_arn": "arn"}
SERVICE = {
    "name": "backend", "task_family": "backend", "container": "app", "port": 80, "paths": [], "health_path": "/",
    "strategy": "rolling", "target_group_arn": "arn", "alternate_target_group_arn": None, "repository_url": "",
    "security_group_id": "sg-app", "alarms": [], "tasks": {},
}  # fmt: skip
WORKER = {
    "function": "shop-thumbnails", "alias": "live", "queue": "q", "queue_url": "q", "dead_letter_queue": "d",
    "dead_letter_queue_url": "d", "log_group": "l",
}  # fmt: skip
SERVICE_ARN = "arn:aws:ecs:us-west-2:000000000000:service/shop/backend"
DATABASE_ARN = "arn:aws:rds:us-west-2:000000000000:db:shop-db"
FUNCTION_ARN = "arn:aws:lambda:us-west-2:000000000000:function:shop-thumbnails"


def saving(dollars: float) -> dict[str, Any]:
    return {"savingsOpportunity": {"estimatedMonthlySavings": {"currency": "USD", "value": dollars}}}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubbedCloud]:
    """An account that is asked in order: its answers are in one."""
    monkeypatch.setattr(compute_optimizer, "together", lambda work, items: [work(each) for each in items])
    account = StubbedCloud()
    yield account
    account.done()


@pytest.fixture
def shop(cloud: StubbedCloud) -> Target:
    cloud.expect("sts", "get_caller_identity", {"Account": "000000000000"})
    more = {"services": {"backend": SERVICE}, "workers": {"thumbnails": WORKER}}
    return stack(cloud, platform=platform(cluster="shop", postgres=POSTGRES), **more)


@pytest.mark.requirement("CRT-OPS-09", "CRT-OPS-11")
def test_compute_optimizer_is_asked_once_about_each_kind_of_thing(cloud: StubbedCloud, shop: Target) -> None:
    service = {
        "serviceArn": SERVICE_ARN, "finding": "Overprovisioned", "findingReasonCodes": ["CPUOverprovisioned"],
        "lookbackPeriodInDays": 14.0, "serviceRecommendationOptions": [{"cpu": 256, "memory": 512, **saving(30)}],
    }  # fmt: skip
    function = {
        "functionArn": FUNCTION_ARN, "finding": "NotOptimized", "lookbackPeriodInDays": 14.0,
        "memorySizeRecommendationOptions": [
            {"rank": 2, "memorySize": 3008, **saving(-1)},
            {"rank": 1, "memorySize": 1024, **saving(4)},
        ],
    }  # fmt: skip
    database = {
        "resourceArn": DATABASE_ARN, "instanceFinding": "Optimized",
        "instanceRecommendationOptions": [{"rank": 1, "dbInstanceClass": "db.t4g.large"}],
    }  # fmt: skip
    for operation, answer, asked in (
        ("get_ecs_service_recommendations", {"ecsServiceRecommendations": [service]}, {"serviceArns": [SERVICE_ARN]}),
        (
            "get_lambda_function_recommendations",
            {"lambdaFunctionRecommendations": [function]},
            {"functionArns": [FUNCTION_ARN]},
        ),
        ("get_rds_database_recommendations", {"rdsDBRecommendations": [database]}, {"resourceArns": [DATABASE_ARN]}),
    ):
        cloud.expect("compute-optimizer", operation, answer, asked)
    found = compute_optimizer.ask(shop)
    assert found.not_asked == ""
    assert [(each.of, each.finding, each.change, each.usd_a_month) for each in found.opinions] == [
        ("backend", "Overprovisioned", "cpu: 256, memory: 512", 30),
        ("thumbnails", "NotOptimized", "memory: 1024", 4),
        ("postgres", "Optimized", "", None),
    ]


@pytest.mark.parametrize(
    ("refusal", "why"),
    [("OptInRequiredException", "update-enrollment-status"), ("AccessDeniedException", "AccessDeniedException")],
)
def test_who_has_no_compute_optimizer_is_told_so_and_has_the_rest(
    cloud: StubbedCloud, shop: Target, refusal: str, why: str
) -> None:
    cloud.refuse("compute-optimizer", "get_ecs_service_recommendations", refusal)
    found = compute_optimizer.ask(shop, "backend")
    assert found.opinions == ()
    assert why in found.not_asked
