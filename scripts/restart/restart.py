"""Restarting what a stack runs, each kind in the way that costs its users least (AUT-OPS-07, UTJ-OPS-04)."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from scripts.ecs.rollout import watch
from scripts.ecs.service import EcsService, primary
from scripts.errors import Exit, PlinthError, unknown
from scripts.operations.operation import Operation, operation
from scripts.output import Result

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target

Restart = Callable[[Operation, float], str]
_NODE = "0001"  # the one node that a cache cluster of Redis has


class Restarted(Result):
    """What was restarted, and how."""

    restarted: dict[str, str]

    def show(self, console: Console) -> None:
        """Print a line for each."""
        for name, how in self.restarted.items():
            console.print(f"{name}: {how}", markup=False)


def parts(target: Target) -> dict[str, Restart]:
    """What can be restarted, by name: services and beanstalk first, then redis and postgres."""
    found: dict[str, Restart] = {
        key: _service(EcsService(target, key, entry)) for key, entry in target.inventory.services.items()
    }
    platform = target.inventory.platform
    if (beanstalk := target.inventory.beanstalk) is not None:
        found["beanstalk"] = _beanstalk(target, beanstalk.environment)
    if platform.redis is not None:
        found["redis"] = _redis(target, platform.redis.replication_group_id)
    if platform.postgres is not None:
        found["postgres"] = _postgres(target, platform.postgres.identifier)
    return found


def chosen(target: Target, name: str) -> dict[str, Restart]:
    """The part of that name; for ``all``, every service, environment and cache, and no database."""
    found = parts(target)
    if name == "all":
        return {key: each for key, each in found.items() if key != "postgres"}
    if name not in found:
        raise unknown("part", name, [*found, "all"])
    return {name: found[name]}


def restart(target: Target, name: str, *, reason: str, minutes: float) -> Restarted:
    """Restart a part, or all of them in turn."""
    with operation(target, "restart", {"name": name}, reason=reason) as op:
        done = {}
        for key, again in chosen(target, name).items():
            done[key] = op.step(f"restart {key}", functools.partial(again, op, minutes))
        return Restarted(restarted=done)


def _service(service: EcsService) -> Restart:
    def again(op: Operation, minutes: float) -> str:
        now = service.update(forceNewDeployment=True)
        outcome = watch(service, primary(now)["taskDefinition"], minutes, op.note)
        if not outcome.good:
            raise PlinthError(f"{service}: {outcome.why}", "plinth diagnose says why", Exit.RESOURCE)
        return "new tasks run, the old ones stopped after them"

    return again


def _beanstalk(target: Target, environment: str) -> Restart:
    def again(_: Operation, __: float) -> str:
        client = target.cloud.client("elasticbeanstalk")
        client.restart_app_server(EnvironmentName=environment)
        client.get_waiter("environment_updated").wait(EnvironmentNames=[environment])
        return "its application server was restarted"

    return again


def _redis(target: Target, group_id: str) -> Restart:
    def again(_: Operation, __: float) -> str:
        client = target.cloud.client("elasticache")
        group = client.describe_replication_groups(ReplicationGroupId=group_id)["ReplicationGroups"][0]
        if group.get("AutomaticFailover") == "enabled" and len(group["MemberClusters"]) > 1:
            client.test_failover(ReplicationGroupId=group_id, NodeGroupId=group["NodeGroups"][0]["NodeGroupId"])
            how = "a replica took over"
        else:
            for member in group["MemberClusters"]:
                client.reboot_cache_cluster(CacheClusterId=member, CacheNodeIdsToReboot=[_NODE])
            how = f"{', '.join(group['MemberClusters'])} rebooted"
        client.get_waiter("replication_group_available").wait(ReplicationGroupId=group_id)
        return how

    return again


def _postgres(target: Target, identifier: str) -> Restart:
    def again(_: Operation, __: float) -> str:
        client = target.cloud.client("rds")
        instance = client.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
        failover = bool(instance.get("MultiAZ"))
        client.reboot_db_instance(DBInstanceIdentifier=identifier, ForceFailover=failover)
        client.get_waiter("db_instance_available").wait(DBInstanceIdentifier=identifier)
        return "its standby took over" if failover else "rebooted"

    return again
