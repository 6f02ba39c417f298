"""What AWS runs: tasks, targets, capacity, the database (CRT-OPS-05, CRT-OPS-08)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from scripts.diagnose.issue import Issue
from scripts.diagnose.tasks import Cause, cause_of, told

if TYPE_CHECKING:
    from scripts.diagnose.facts import Facts

_SHOWN: Final = 3
_LONG: Final = dt.timedelta(minutes=30)


def tasks_that_end(facts: Facts) -> Iterator[Issue]:
    """Tasks that ended because something was wrong, by cause."""
    for service in facts.services:
        by_cause: dict[str, tuple[Cause, list[dict[str, Any]]]] = {}
        for task in service.stopped:
            if task.get("stoppedAt") and task["stoppedAt"] < facts.since:
                continue
            if (cause := cause_of(task, service.said)) is not None:
                by_cause.setdefault(cause.id, (cause, []))[1].append(task)
        short = service.now["runningCount"] < service.now["desiredCount"]
        for cause, tasks in by_cause.values():
            yield Issue(
                id=cause.id,
                category="infrastructure",
                severity="critical" if short else "warning",
                components=(f"service {service.key}",),
                description=f"{len(tasks)} tasks of {service.key} ended: {cause.means}",
                impact=f"{service.now['runningCount']} of {service.now['desiredCount']} tasks run",
                cause=told(tasks[0]),
                steps=cause.steps,
                prevention=cause.prevention,
                evidence=(
                    *(f"{each['taskArn'].rpartition('/')[2]}: {told(each)}" for each in tasks[:_SHOWN]),
                    *(f"  {line}" for line in service.said),
                ),
            )


def deployments_rolled_back(facts: Facts) -> Iterator[Issue]:
    """Deployments that ECS gave up."""
    for service in facts.services:
        failed = [each for each in service.now["deployments"] if each.get("rolloutState") == "FAILED"]
        for each in failed:
            yield Issue(
                id="deployment-failed",
                category="infrastructure",
                severity="warning",
                components=(f"service {service.key}",),
                description=f"the deployment of {each['taskDefinition'].rpartition('/')[2]} failed",
                impact="what ran before runs on; what was to be deployed does not",
                cause=each.get("rolloutStateReason", "ECS does not say why"),
                steps=("plinth operation show: what its tasks wrote", "mend it, and deploy another version"),
                prevention="Deploy to staging first: the same image, the same checks.",
                evidence=tuple(event["message"] for event in service.now.get("events", ())[:_SHOWN]),
            )


def deployments_stuck(facts: Facts) -> Iterator[Issue]:
    """Deployments that neither end nor fail."""
    for service in facts.services:
        for each in service.now["deployments"]:
            since = each.get("createdAt")
            if each.get("rolloutState") != "IN_PROGRESS" or since is None or dt.datetime.now(dt.UTC) - since < _LONG:
                continue
            yield Issue(
                id="deployment-stuck",
                category="infrastructure",
                severity="warning",
                components=(f"service {service.key}",),
                description=f"{each['taskDefinition'].rpartition('/')[2]} is being deployed since {since:%H:%M} UTC: "
                f"{each.get('runningCount', 0)} of {each.get('desiredCount', 0)} tasks of it run",
                impact="what ran before runs on, beside what has begun",
                cause=next((event["message"] for event in service.now.get("events", ())), "ECS does not say why"),
                steps=("see what else is told here: tasks that end, targets that are unhealthy", "plinth rollback"),
                prevention="A grace period no longer than the start takes: health_check.grace_seconds.",
                evidence=tuple(event["message"] for event in service.now.get("events", ())[:_SHOWN]),
            )


def too_few_tasks(facts: Facts) -> Iterator[Issue]:
    """Services with fewer tasks than they should have, where no task says why."""
    for service in facts.services:
        running, wanted = service.now["runningCount"], service.now["desiredCount"]
        if running < wanted and not any(cause_of(task) for task in service.stopped):
            yield Issue(
                id="tasks-do-not-start",
                category="infrastructure",
                severity="critical" if running == 0 else "warning",
                components=(f"service {service.key}",),
                description=f"{running} of {wanted} tasks of {service.key} run, and none says why",
                impact="nobody is answered" if running == 0 else "answers are slower than they should be",
                cause=next((event["message"] for event in service.now.get("events", ())), "ECS does not say why"),
                steps=("wait a minute: tasks may be on their way", "plinth logs --errors", "plinth rollback"),
                prevention="deployment.minimum_healthy_percent: 100 keeps the old tasks until new ones are well.",
                evidence=tuple(event["message"] for event in service.now.get("events", ())[:_SHOWN]),
            )


def unhealthy_targets(facts: Facts) -> Iterator[Issue]:
    """Tasks that run, and that the load balancer does not find healthy."""
    for service in facts.services:
        # Of two groups one has no traffic, and its targets are "unused" for that.
        counted = [each for each in service.targets if each["TargetHealth"]["State"] not in ("draining", "unused")]
        bad = [each for each in counted if each["TargetHealth"]["State"] == "unhealthy"]
        if bad:
            health = bad[0]["TargetHealth"]
            yield Issue(
                id="targets-unhealthy",
                category="infrastructure",
                severity="critical" if len(bad) == len(counted) else "warning",
                components=("load balancer", f"service {service.key}"),
                description=f"{len(bad)} of {len(counted)} targets of {service.key} are unhealthy",
                impact="they get no requests; the others get theirs",
                cause=health.get("Description", health.get("Reason", "the load balancer does not say why")),
                steps=(
                    f"ask the path yourself: plinth exec {service.key}",
                    "see that the task's security group lets the load balancer in",
                    "plinth restart, or plinth rollback",
                ),
                prevention="A health check asks the process alone, not what it stands on.",
                evidence=tuple(f"{each['Target']['Id']}: {each['TargetHealth'].get('Reason', '')}" for each in bad),
            )


def database_not_ready(facts: Facts) -> Iterator[Issue]:
    """A database that is not available, nearly full, or waits for a restart."""
    if facts.database is None:
        return
    status = facts.database["DBInstanceStatus"]
    if status != "available":
        yield Issue(
            category="infrastructure",
            components=("postgres",),
            id="database-not-available",
            severity="critical",
            description=f"the database is {status}",
            impact="what reads or writes data fails",
            cause=status,
            steps=("aws rds describe-events says what it does", "plinth db restore, where it is lost"),
            prevention="Two zones (postgres.multi_az) take a failure in a minute.",
        )
    if pending := facts.database.get("PendingModifiedValues"):
        yield Issue(
            category="infrastructure",
            components=("postgres",),
            id="database-waits-for-restart",
            severity="warning",
            description=f"changes of the database wait for its maintenance: {', '.join(pending)}",
            impact="they are not in force",
            cause="RDS applies them in its window",
            steps=("wait for the window, or aws rds modify-db-instance --apply-immediately",),
            prevention="postgres.maintenance_window says when.",
        )
    for group in facts.database.get("DBParameterGroups", ()):
        if group.get("ParameterApplyStatus") == "pending-reboot":
            yield Issue(
                id="parameters-wait-for-restart",
                category="infrastructure",
                severity="warning",
                components=("postgres",),
                description=f"parameters of {group['DBParameterGroupName']} wait for a restart of the database",
                impact="they are not in force",
                cause="some parameters are read at the start alone",
                steps=("plinth restart postgres",),
                prevention="Change such parameters before a maintenance window.",
            )


def redis_not_ready(facts: Facts) -> Iterator[Issue]:
    """A cache that is not available, or has lost a node."""
    if facts.redis is None:
        return
    status = facts.redis["Status"]
    ill = [group for group in facts.redis.get("NodeGroups", ()) if group.get("Status", "available") != "available"]
    if status == "available" and not ill:
        return
    yield Issue(
        id="redis-not-available",
        category="infrastructure",
        severity="warning" if status in ("available", "modifying", "snapshotting") else "critical",
        components=("redis",),
        description=f"Redis is {status}",
        impact="sessions and what else is cached cannot be had, or are slow",
        cause=", ".join(f"node group {group['NodeGroupId']} is {group['Status']}" for group in ill) or status,
        steps=(
            "aws elasticache describe-events --source-type replication-group says what it does",
            f"pulumi up --refresh --stack {facts.target.stack} makes again what is not there",
        ),
        prevention="A replica in another zone (redis.nodes, redis.multi_az) takes over within a minute.",
    )
