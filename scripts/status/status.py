"""The state of everything in a stack, asked side by side (UTJ-OPS-01, UTJ-OPS-03)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from scripts.cloud import together
from scripts.deploy.monitoring import alarms
from scripts.ecs.definitions import revision
from scripts.ecs.service import primary
from scripts.ecs.services import described
from scripts.operations.journal import OVER, Journal
from scripts.operations.operation import CURRENT
from scripts.operations.records import Records
from scripts.output import Result, table

if TYPE_CHECKING:
    from rich.console import Console

    from scripts.target import Target
    from settings.inventory import ServiceEntry


class Part(BaseModel):
    """One thing that runs: its state in AWS's word, what it runs, and what is to be noticed."""

    model_config = ConfigDict(frozen=True)

    kind: str
    name: str
    well: bool
    state: str
    version: str = ""
    note: str = ""


class Status(Result):
    """The state of a stack: its parts, the alarms that are on, and the change under way, if there is one."""

    stack: str
    account: str
    region: str
    well: bool
    parts: tuple[Part, ...]
    alarms: tuple[str, ...]
    operation: str = ""

    def show(self, console: Console) -> None:
        """Print a line for each part."""
        rows = [("ok" if p.well else "not ok", p.kind, p.name, p.state, p.version, p.note) for p in self.parts]
        console.print(f"{self.stack}, account {self.account}, region {self.region}", markup=False)
        console.print(table("", "kind", "name", "state", "version", "", rows=rows))
        for name in self.alarms:
            console.print(f"alarm {name} is on", markup=False)
        if self.operation:
            console.print(self.operation, markup=False)


Look = Callable[["Target"], list[Part]]


def status_of(target: Target) -> Status:
    """Ask for all of it at once."""
    looks: tuple[Look, ...] = (_services, _beanstalk, _workers, _postgres, _redis)
    jobs: list[Callable[[], Any]] = [partial(look, target) for look in (*looks, _ringing, _under_way)]
    *found, ringing, under_way, account = together(_call, [*jobs, lambda: target.account])
    parts = [part for some in found for part in some]
    return Status(
        stack=target.stack,
        account=account,
        region=target.region,
        well=all(each.well for each in parts) and not ringing,
        parts=tuple(parts),
        alarms=tuple(ringing),
        operation=under_way,
    )


def _call(job: Callable[[], Any]) -> Any:
    return job()


def _services(target: Target) -> list[Part]:
    found = described(target)
    return [
        _service(key, entry, found[key]) if key in found else _missing("service", key)
        for key, entry in target.inventory.services.items()
    ]


def _service(key: str, entry: ServiceEntry, now: dict[str, Any]) -> Part:
    deployment = primary(now)
    runs, deployed = deployment["taskDefinition"], entry.task_definition_arn
    rollout = deployment.get("rolloutState", "")
    return Part(
        kind="service",
        name=key,
        well=now["runningCount"] >= now["desiredCount"] and rollout != "FAILED",
        state=f"{now['runningCount']}/{now['desiredCount']} {rollout.lower()}".rstrip(),
        version=revision(runs),
        note=f"pulumi up deployed {revision(deployed)}" if deployed and deployed != runs else "",
    )


def _missing(kind: str, name: str) -> Part:
    return Part(kind=kind, name=name, well=False, state="not there")


def _beanstalk(target: Target) -> list[Part]:
    entry = target.inventory.beanstalk
    if entry is None:
        return []
    client = target.cloud.client("elasticbeanstalk")
    found = client.describe_environments(EnvironmentNames=[entry.environment], IncludeDeleted=False)["Environments"]
    if not found:
        return [_missing("beanstalk", entry.environment)]
    now = found[0]
    state = f"{now['Status']} {now.get('Health', 'Grey')}"
    return [
        Part(
            kind="beanstalk",
            name=entry.environment,
            well=state == "Ready Green",
            state=state,
            version=now.get("VersionLabel", ""),
            note=f"updated {now['DateUpdated']:%Y-%m-%d %H:%M} UTC",
        )
    ]


def _workers(target: Target) -> list[Part]:
    client, sqs = target.cloud.client("lambda"), target.cloud.client("sqs")

    def look(key: str) -> Part:
        worker = target.inventory.workers[key]
        try:
            alias = client.get_alias(FunctionName=worker.function, Name=worker.alias)
            waiting, dead = (
                int(
                    sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])[
                        "Attributes"
                    ]["ApproximateNumberOfMessages"]
                )
                for url in (worker.queue_url, worker.dead_letter_queue_url)
            )
        except (client.exceptions.ResourceNotFoundException, sqs.exceptions.QueueDoesNotExist):
            return _missing("worker", key)
        shares = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
        return Part(
            kind="worker",
            name=key,
            well=not dead,
            state=f"{waiting} waiting, {dead} dead",
            version=alias["FunctionVersion"],
            note=", ".join(f"version {name} gets {share:.0%}" for name, share in shares.items()),
        )

    return together(look, target.inventory.workers)


def _postgres(target: Target) -> list[Part]:
    entry = target.inventory.platform.postgres
    if entry is None:
        return []
    rds = target.cloud.client("rds")
    try:
        now = rds.describe_db_instances(DBInstanceIdentifier=entry.identifier)["DBInstances"][0]
    except rds.exceptions.DBInstanceNotFoundFault:
        return [_missing("postgres", entry.identifier)]
    pending = ", ".join(now.get("PendingModifiedValues", {}))
    return [
        Part(
            kind="postgres",
            name=entry.identifier,
            well=now["DBInstanceStatus"] == "available",
            state=now["DBInstanceStatus"],
            version=now.get("EngineVersion", ""),
            note=f"waits for its maintenance: {pending}" if pending else "",
        )
    ]


def _redis(target: Target) -> list[Part]:
    entry = target.inventory.platform.redis
    if entry is None:
        return []
    client = target.cloud.client("elasticache")
    try:
        found = client.describe_replication_groups(ReplicationGroupId=entry.replication_group_id)
    except client.exceptions.ReplicationGroupNotFoundFault:
        return [_missing("redis", entry.replication_group_id)]
    now = found["ReplicationGroups"][0]
    nodes = f"{len(now.get('MemberClusters', []))} nodes"
    well = now["Status"] == "available"
    return [Part(kind="redis", name=entry.replication_group_id, well=well, state=now["Status"], note=nodes)]


def _ringing(target: Target) -> list[str]:
    return [each["AlarmName"] for each in alarms(target) if each["StateValue"] == "ALARM"]


def _under_way(target: Target) -> str:
    if target.inventory.operations is None:
        return ""
    record = Records(target).read(CURRENT)
    journal = Journal.model_validate(record.document) if record else None
    if journal is None or journal.state in OVER:
        return ""
    since = f"{journal.started:%H:%M:%S} UTC"
    return f"{journal.verb} of {journal.who} since {since}: {journal.here} (plinth operation show)"
