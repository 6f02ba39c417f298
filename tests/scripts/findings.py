"""Facts for the tests of findings: of a shop that is well, but for what a test says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from scripts.cloud import Cloud
from scripts.diagnose.facts import Facts, ServiceFacts
from scripts.health.metrics import PERIOD_SECONDS, Metric, Series
from scripts.logs.search import Line
from scripts.target import Target
from tests.scripts.stacks import REGION, inventory, platform

NOW = dt.datetime(2026, 11, 23, 3, 15, tzinfo=dt.UTC)
POSTGRES = {
    "identifier": "shop-db", "host": "x", "port": 5432, "database": "shop", "secret_arn": "arn",
    "security_group_id": "sg-db",
}  # fmt: skip
SERVICE = {
    "name": "backend", "task_family": "backend", "container": "app", "port": 80, "paths": [], "health_path": "/",
    "strategy": "rolling", "target_group_arn": "arn", "alternate_target_group_arn": None, "repository_url": "",
    "security_group_id": "sg-app", "alarms": [], "tasks": {},
    "uses": ["postgres", "redis", "history"],
}  # fmt: skip
REDIS = {
    "replication_group_id": "shop",
    "host": "x",
    "port": 6379,
    "url_secret_arn": "arn",
    "security_group_id": "sg-cache",
}
FILES = {"history": {"file_system_id": "fs-1", "access_point_id": "fsap-1", "security_group_id": "sg-files"}}
MONITORING = {
    "topic_arn": "arn", "alarms": {"critical": ["shop-critical"], "security": ["shop-security"]}, "dashboards": [],
    "queries": [],
}  # fmt: skip


BEANSTALK: dict[str, Any] = {
    "application": "shop", "environment": "shop-prod", "url": "x", "health_path": "/", "log_group_prefix": "x",
    "versions_bucket": "x", "template": "x",
}  # fmt: skip


def facts(*, documents: dict[str, Any] | None = None, **given_: Any) -> Facts:
    """Of the shop, whose inventory has other `documents` too."""
    stores = platform(postgres=POSTGRES, redis=REDIS, files=FILES)
    shop = inventory(
        **{"platform": stores, "services": {"backend": SERVICE}, "monitoring": MONITORING, **(documents or {})}
    )
    found: dict[str, Any] = {"services": [service()], "rules": [*RULES, *RULES_OUT], **given_}
    return Facts(target=Target("shop-prod", Cloud(REGION), shop), since=NOW - dt.timedelta(hours=1), **found)


def rule(of: str, port: int, last: int | None = None, lets_in: str = "sg-app") -> dict[str, Any]:
    """A rule of security group `of`, as EC2 describes it."""
    ports = {"IpProtocol": "tcp", "FromPort": port, "ToPort": last or port}
    return {"GroupId": of, "IsEgress": False, "ReferencedGroupInfo": {"GroupId": lets_in}, **ports}


RULES = [rule("sg-db", 5432), rule("sg-cache", 6379), rule("sg-files", 2049)]
RULES_OUT = [
    {**each, "GroupId": "sg-app", "IsEgress": True, "ReferencedGroupInfo": {"GroupId": each["GroupId"]}}
    for each in RULES
]


def service(running: int = 2, *, stopped: tuple[dict[str, Any], ...] = (), **more: Any) -> ServiceFacts:
    now = {"runningCount": running, "desiredCount": 2, "deployments": [], "events": [], **more}
    return ServiceFacts("backend", now, list(stopped), more.get("targets", []))


def task(reason: str, code: int | None = None, *, stop: str = "EssentialContainerExited") -> dict[str, Any]:
    container = {"name": "app"} | ({} if code is None else {"exitCode": code})
    return {
        "taskArn": "arn:aws:ecs:us-west-2:1:task/shop/abc", "stoppedReason": reason, "containers": [container],
        "stoppedAt": NOW, "stopCode": stop,
    }  # fmt: skip


def series(of: str, what: str, values: list[float]) -> dict[str, Series]:
    metric = Metric(of, what, "x", "x", "Average", ())
    times = tuple(NOW + dt.timedelta(seconds=PERIOD_SECONDS * index) for index in range(len(values)))
    return {metric.key: Series(metric, times, tuple(values))}


def line(message: str, stream: str = "backend/app/1") -> Line:
    return Line(at=NOW, group="/ecs/shop", stream=stream, message=message)


def ids(issues: Any) -> list[str]:
    return [each.id for each in issues]
