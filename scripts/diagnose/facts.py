"""What the findings judge, gathered side by side and once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from scripts.cloud import together
from scripts.deploy.monitoring import alarms
from scripts.diagnose.certificates import Certificate, read_certificates
from scripts.diagnose.environment import EnvironmentFacts, read_environment
from scripts.diagnose.pulumi import State, read_state
from scripts.diagnose.reach import read_rules
from scripts.ecs.logs import TaskLog
from scripts.ecs.service import EcsService
from scripts.ecs.services import described, stopped_tasks
from scripts.health.metrics import Series, metrics_of, read
from scripts.logs.search import ERRORS, Line, search

if TYPE_CHECKING:
    from scripts.target import Target

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
    missing: tuple[str, ...] = ()
    """Services that the inventory has and ECS has not."""
    database: dict[str, Any] | None = None
    environment: EnvironmentFacts | None = None
    rules: list[dict[str, Any]] = field(default_factory=list)
    """What the security groups of the stores let in."""
    certificates: list[Certificate] = field(default_factory=list)
    state: State = field(default_factory=State)
    """Pulumi's, of the stack."""


def gather(target: Target, since: dt.datetime, service: str | None = None) -> Facts:
    """Ask for all of it; of one service alone, if it is named."""
    # A day at least: what is unlike before shows against a past.
    hours = max(_HOURS, (dt.datetime.now(dt.UTC) - since).total_seconds() / 3600)
    metrics = [each for each in metrics_of(target) if service in (None, each.of) or each.of in _SHARED]
    with ThreadPoolExecutor(max_workers=16) as pool:  # they wait, and do not work
        services = pool.submit(_services, target, service)
        series = pool.submit(read, target, metrics, hours)
        ringing = pool.submit(alarms, target)
        lines = pool.submit(search, target, pattern=ERRORS, since=since, service=service, most=_MOST_LINES)
        database = pool.submit(_database, target)
        environment = pool.submit(read_environment, target, since)
        rules = pool.submit(read_rules, target)
        certificates = pool.submit(read_certificates, target)
        state = pool.submit(read_state, target.stack)
    found = services.result()
    wanted = target.inventory.services if service is None else (service,)
    return Facts(
        target=target,
        since=since,
        services=found,
        series=series.result(),
        alarms=[each for each in ringing.result() if each["StateValue"] == "ALARM"],
        lines=lines.result(),
        missing=tuple(sorted(set(wanted) - {each.key for each in found})),
        database=database.result(),
        environment=environment.result(),
        rules=rules.result(),
        certificates=certificates.result(),
        state=state.result(),
    )


def _services(target: Target, only: str | None) -> list[ServiceFacts]:
    """Of all services together: a call for ten of them, one for a hundred stopped tasks, and one for a target group."""
    there = described(target, only)
    if not there:
        return []
    stopped = stopped_tasks(target)

    def look(key: str) -> ServiceFacts:
        service = EcsService(target, key, target.inventory.services[key])
        ended = stopped.get(service.entry.name, [])
        said = TaskLog.of(service, ended[0], service.entry.container).last_lines(_LAST_LINES) if ended else []
        return ServiceFacts(key, there[key], ended, _targets(service), tuple(said))

    return together(look, there)


def _targets(service: EcsService) -> list[dict[str, Any]]:
    elb, entry = service.target.cloud.client("elbv2"), service.entry
    groups = [arn for arn in (entry.target_group_arn, entry.alternate_target_group_arn) if arn]
    return [
        each for arn in groups for each in elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    ]


def _database(target: Target) -> dict[str, Any] | None:
    entry = target.inventory.platform.postgres
    if entry is None:
        return None
    rds = target.cloud.client("rds")
    try:
        return dict(rds.describe_db_instances(DBInstanceIdentifier=entry.identifier)["DBInstances"][0])
    except rds.exceptions.DBInstanceNotFoundFault:
        return {"DBInstanceStatus": "not there"}
