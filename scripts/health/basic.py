"""Level 1: whether everything is there and runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from scripts.aws_errors import if_there
from scripts.cloud import together
from scripts.ecs.services import described, target_health
from scripts.health.model import Check

if TYPE_CHECKING:
    from scripts.target import Target

_AVAILABLE = "available"
Look = Callable[["Target"], list[Check]]


def basic(target: Target) -> list[Check]:
    """Looks at all of it side by side."""
    looks: tuple[Look, ...] = (services, targets, beanstalk, workers, postgres, redis)
    return [check for found in together(lambda look: look(target), looks) for check in found]


def services(target: Target) -> list[Check]:
    """Whether as many tasks run as should."""
    found, checks = described(target), []
    for key in target.inventory.services:
        if key not in found:
            checks.append(_check(f"service {key}", well=False, detail="it is not there"))
            continue
        running, wanted = found[key]["runningCount"], found[key]["desiredCount"]
        checks.append(_check(f"service {key}", well=running >= wanted, detail=f"{running} of {wanted} tasks run"))
    return checks


def targets(target: Target) -> list[Check]:
    """Whether the load balancer finds the tasks healthy."""

    def look(key: str) -> Check:
        found = [each["TargetHealth"] for each in target_health(target, key)]
        # Of two groups one has no traffic, and its targets are "unused" for that.
        counted = [each for each in found if each["State"] not in ("draining", "unused")]
        healthy = sum(each["State"] == "healthy" for each in counted)
        why = next((f": {each['Description']}" for each in counted if "Description" in each), "")
        return _check(
            f"targets of {key}",
            well=bool(counted) and healthy == len(counted),
            detail=f"{healthy} of {len(counted)} healthy{why}",
        )

    return together(look, target.inventory.services)


def beanstalk(target: Target) -> list[Check]:
    """Whether the environment is Ready and Green."""
    entry = target.inventory.beanstalk
    if entry is None:
        return []
    client = target.cloud.client("elasticbeanstalk")
    found = client.describe_environments(EnvironmentNames=[entry.environment], IncludeDeleted=False)["Environments"]
    if not found:
        return [_check("beanstalk", well=False, detail="it is not there", weight=2)]
    status, health = found[0]["Status"], found[0].get("Health", "Grey")
    return [_check("beanstalk", well=(status, health) == ("Ready", "Green"), detail=f"{status}, {health}", weight=2)]


def workers(target: Target) -> list[Check]:
    """Whether functions can be invoked."""
    client = target.cloud.client("lambda")

    def look(key: str) -> Check:
        worker = target.inventory.workers[key]
        ask = partial(client.get_function_configuration, FunctionName=worker.function, Qualifier=worker.alias)
        if (found := if_there(ask)) is None:
            return _check(f"worker {key}", well=False, detail="it is not there")
        state = found.get("State", "Active")
        return _check(
            f"worker {key}", well=state in ("Active", "Inactive"), detail=f"{state}, version {found['Version']}"
        )

    return together(look, target.inventory.workers)


def postgres(target: Target) -> list[Check]:
    """Whether the database is available."""
    entry = target.inventory.platform.postgres
    if entry is None:
        return []
    rds = target.cloud.client("rds")
    return [
        _available(
            "database",
            lambda: rds.describe_db_instances(DBInstanceIdentifier=entry.identifier)["DBInstances"][0][
                "DBInstanceStatus"
            ],
        )
    ]


def redis(target: Target) -> list[Check]:
    """Whether the cache is available."""
    entry = target.inventory.platform.redis
    if entry is None:
        return []
    client = target.cloud.client("elasticache")
    return [
        _available(
            "redis",
            lambda: client.describe_replication_groups(ReplicationGroupId=entry.replication_group_id)[
                "ReplicationGroups"
            ][0]["Status"],
        )
    ]


def _available(name: str, status: Callable[[], Any]) -> Check:
    found = if_there(status) or "not there"
    return _check(name, well=found == _AVAILABLE, detail=found, weight=2)


def _check(name: str, *, well: bool, detail: str, weight: float = 1) -> Check:
    return Check(level="basic", name=name, state="ok" if well else "wrong", detail=detail, weight=weight)
