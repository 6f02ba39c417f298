"""What the findings judge, gathered side by side and once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from scripts.cloud import together
from scripts.deploy.monitoring import alarms
from scripts.diagnose.pulumi import State, read_state
from scripts.ecs.logs import TaskLog
from scripts.ecs.service import EcsService
from scripts.ecs.services import described
from scripts.health.metrics import Series, metrics_of, read
from scripts.logs.search import ERRORS, Line, search

if TYPE_CHECKING:
    from scripts.target import Target

_RULES_AT_A_CALL: Final = 200
_MOST_LINES: Final = 500
_LAST_LINES: Final = 5
_HOURS: Final = 24.0
_SHARED: Final = ("load balancer", "postgres", "redis", "beanstalk")


@dataclass(frozen=True)
class ServiceFacts:
    """A service as ECS and the load balancer see it. `stopped` are tasks of the last hour, the newest first."""

    key: str
    now: dict[str, Any]
    stopped: list[dict[str, Any]]
    targets: list[dict[str, Any]]
    said: tuple[str, ...] = ()
    """What the task that ended last wrote at its end."""


@dataclass(frozen=True)
class Facts:
    """Everything that was looked at."""

    target: Target
    since: dt.datetime
    services: list[ServiceFacts]
    series: dict[str, Series]
    alarms: list[dict[str, Any]]
    lines: list[Line]
    database: dict[str, Any] | None = None
    environment: dict[str, Any] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    """Of the Beanstalk environment."""
    ingress: list[dict[str, Any]] | None = None
    """What the database's security group lets in; None when that was not looked at."""
    state: State = field(default_factory=State)
    """Pulumi's, of the stack."""


def gather(target: Target, since: dt.datetime, service: str | None = None) -> Facts:
    """Ask for all of it; of one service alone, if it is named."""
    there = described(target, service)
    services = [(EcsService(target, key, target.inventory.services[key]), now) for key, now in there.items()]
    # A day at least: what is unlike before shows against a past.
    hours = max(_HOURS, (dt.datetime.now(dt.UTC) - since).total_seconds() / 3600)
    metrics = [each for each in metrics_of(target) if service in (None, each.of) or each.of in _SHARED]
    with ThreadPoolExecutor() as pool:
        found = pool.submit(together, _service, services)
        series = pool.submit(read, target, metrics, hours)
        ringing = pool.submit(alarms, target)
        lines = pool.submit(search, target, pattern=ERRORS, since=since, service=service, most=_MOST_LINES)
        database = pool.submit(_database, target)
        beanstalk = pool.submit(_beanstalk, target, since)
        ingress = pool.submit(_ingress, target)
        state = pool.submit(read_state, target.stack)
    environment, events = beanstalk.result()
    return Facts(
        target=target,
        since=since,
        services=found.result(),
        series=series.result(),
        alarms=[each for each in ringing.result() if each["StateValue"] == "ALARM"],
        lines=lines.result(),
        database=database.result(),
        environment=environment,
        events=events,
        ingress=ingress.result(),
        state=state.result(),
    )


def _service(given: tuple[EcsService, dict[str, Any]]) -> ServiceFacts:
    service, now = given
    elb = service.target.cloud.client("elbv2")
    groups = [arn for arn in (service.entry.target_group_arn, service.entry.alternate_target_group_arn) if arn]
    targets = [
        each for arn in groups for each in elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    ]
    stopped = service.stopped_tasks()
    said = TaskLog.of(service, stopped[0], service.entry.container).last_lines(_LAST_LINES) if stopped else []
    return ServiceFacts(service.key, now, stopped, targets, tuple(said))


def _database(target: Target) -> dict[str, Any] | None:
    entry = target.inventory.platform.postgres
    if entry is None:
        return None
    rds = target.cloud.client("rds")
    try:
        return dict(rds.describe_db_instances(DBInstanceIdentifier=entry.identifier)["DBInstances"][0])
    except rds.exceptions.DBInstanceNotFoundFault:
        return {"DBInstanceStatus": "not there"}


def _beanstalk(target: Target, since: dt.datetime) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    entry = target.inventory.beanstalk
    if entry is None:
        return None, []
    client = target.cloud.client("elasticbeanstalk")
    found = client.describe_environments(EnvironmentNames=[entry.environment], IncludeDeleted=False)["Environments"]
    events = client.describe_events(EnvironmentName=entry.environment, StartTime=since, MaxRecords=100)["Events"]
    return (found[0] if found else {"Status": "not there", "Health": "Grey"}), events


def _ingress(target: Target) -> list[dict[str, Any]] | None:
    groups = {entry.security_group_id for entry in target.inventory.services.values()}
    postgres = target.inventory.platform.postgres
    if postgres is None or not postgres.security_group_id or not groups:
        return None
    rules = target.cloud.client("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [postgres.security_group_id]}], MaxResults=_RULES_AT_A_CALL
    )["SecurityGroupRules"]
    return [each for each in rules if not each["IsEgress"]]
