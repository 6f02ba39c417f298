"""The checklist before a deployment: a function an item, in the order in which they are asked (AUT-DEP-01, CRT-DEP-01).

An item is well, or it says what is not and what to do. Static keys are never asked for: tasks have roles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from scripts.cloud import together
from scripts.ecs import tasks
from scripts.ecs.service import EcsService, primary
from scripts.errors import PlinthError
from scripts.images.registry import Registry
from scripts.operations.journal import now, stamp
from scripts.validate.run import run_suite

if TYPE_CHECKING:
    from scripts.target import Target

_READY: Final = "available"
_ALEMBIC: Final = ("alembic", "check")


@dataclass(frozen=True)
class Wrong:
    """Something that stands against a deployment."""

    what: str
    remedy: str


@dataclass(frozen=True)
class Checked:
    """A stack that is looked at; what several items need is asked once."""

    target: Target

    @cached_property
    def services(self) -> list[EcsService]:
        """Its services."""
        return [EcsService(self.target, key, entry) for key, entry in self.target.inventory.services.items()]

    @cached_property
    def definitions(self) -> dict[str, dict[str, Any]]:
        """The task definition that each service runs."""
        found = together(lambda each: each.definition(primary(each.describe())["taskDefinition"]), self.services)
        return {each.key: definition for each, definition in zip(self.services, found, strict=True)}


Item = Callable[[Checked], Iterator[Wrong]]


def secrets_are_there(stack: Checked) -> Iterator[Wrong]:
    """Every secret that a container is given exists, and is not about to be deleted."""
    client = stack.target.cloud.client("secretsmanager")
    named = {
        ":".join(secret["valueFrom"].split(":")[:7]): f"{secret['name']} of {key}"
        for key, definition in stack.definitions.items()
        for container in definition["containerDefinitions"]
        for secret in container.get("secrets", ())
        if ":secretsmanager:" in secret["valueFrom"]
    }

    def look(arn: str) -> Wrong | None:
        try:
            found = client.describe_secret(SecretId=arn)
        except client.exceptions.ResourceNotFoundException:
            return Wrong(f"{named[arn]}: there is no secret {arn}", "pulumi up makes it")
        if "DeletedDate" in found:
            return Wrong(
                f"{named[arn]}: {found['Name']} is to be deleted",
                f"aws secretsmanager restore-secret --secret-id {arn}",
            )
        return None

    yield from filter(None, together(look, named))


def roles_suffice(stack: Checked) -> Iterator[Wrong]:
    """The roles that start tasks may read their secrets and images, and write their logs."""
    iam = stack.target.cloud.client("iam")
    for key, definition in stack.definitions.items():
        role = definition.get("executionRoleArn")
        if role is None:
            yield Wrong(f"{key} has no execution role", "pulumi up gives it one")
            continue
        secrets = sorted(
            {
                ":".join(secret["valueFrom"].split(":")[:7])
                for container in definition["containerDefinitions"]
                for secret in container.get("secrets", ())
            }
        )
        if not secrets:
            continue
        answer = iam.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=["secretsmanager:GetSecretValue"], ResourceArns=secrets
        )
        for each in answer["EvaluationResults"]:
            if each["EvalDecision"] != "allowed":
                yield Wrong(
                    f"{role.rpartition('/')[2]} may not read {each.get('EvalResourceName', 'its secrets')}",
                    "pulumi up gives it leave; somebody took it away",
                )


def images_are_there(stack: Checked) -> Iterator[Wrong]:
    """The images that would start again exist, and are for linux/amd64 (CRT-IMG-01)."""
    for service in stack.services:
        definition = stack.definitions[service.key]
        for container in definition["containerDefinitions"]:
            repository, _, digest = container["image"].partition("@")
            if not digest:
                yield Wrong(
                    f"{service.key} runs {container['image']}, which is no digest", "pulumi up deploys by digest"
                )
                continue
            try:
                Registry(repository, stack.target.cloud).find(digest).check()
            except PlinthError as error:
                yield Wrong(f"{service.key}: {error}", error.remedy)


def database_is_ready(stack: Checked) -> Iterator[Wrong]:
    """The database is available."""
    entry = stack.target.inventory.platform.postgres
    if entry is None:
        return
    rds = stack.target.cloud.client("rds")
    try:
        found = rds.describe_db_instances(DBInstanceIdentifier=entry.identifier)["DBInstances"][0]
    except rds.exceptions.DBInstanceNotFoundFault:
        yield Wrong(f"there is no database {entry.identifier}", "plinth recover --help")
        return
    if found["DBInstanceStatus"] != _READY:
        yield Wrong(f"the database is {found['DBInstanceStatus']}", "Wait until it is available")


def cache_is_ready(stack: Checked) -> Iterator[Wrong]:
    """Redis is available."""
    entry = stack.target.inventory.platform.redis
    if entry is None:
        return
    client = stack.target.cloud.client("elasticache")
    try:
        found = client.describe_replication_groups(ReplicationGroupId=entry.replication_group_id)
    except client.exceptions.ReplicationGroupNotFoundFault:
        yield Wrong(f"there is no Redis {entry.replication_group_id}", "pulumi up --refresh makes it again")
        return
    if (status := found["ReplicationGroups"][0]["Status"]) != _READY:
        yield Wrong(f"Redis is {status}", "Wait until it is available")


def migrations_are_complete(stack: Checked) -> Iterator[Wrong]:
    """`alembic check` finds nothing to migrate, and reaches the database; where a service migrates by alembic."""
    for service in stack.services:
        if "migrate" not in service.entry.tasks:
            continue
        definition = service.definition(service.entry.tasks["migrate"])
        if "alembic" not in (definition["containerDefinitions"][0].get("command") or ()):
            continue
        arn = tasks.start(service, definition["taskDefinitionArn"], token=f"check_{stamp(now())}", command=_ALEMBIC)
        ended = tasks.wait(service, arn, 5, lambda _: None)
        if ended.code != 0:
            said = ended.lines[-1] if ended.lines else ended.reason
            yield Wrong(f"{service.key}: alembic check ends with {ended.code}: {said}", "plinth migrate")


def services_are_steady(stack: Checked) -> Iterator[Wrong]:
    """No deployment is under way, and as many tasks run as should."""
    for service in stack.services:
        found = service.describe()
        if any(each.get("rolloutState") == "IN_PROGRESS" for each in found["deployments"]):
            yield Wrong(f"a deployment of {service.key} is under way", "Wait for its end: plinth status")
        elif found["runningCount"] < found["desiredCount"]:
            yield Wrong(
                f"{found['runningCount']} of {found['desiredCount']} tasks of {service.key} run", "plinth diagnose"
            )


def smoke_passes(stack: Checked) -> Iterator[Wrong]:
    """The smoke suite of the stack file passes on what runs now."""
    suite = stack.target.inventory.suites.get("smoke")
    if suite is not None:
        for problem in run_suite("smoke", suite, stack.target.url).problems:
            yield Wrong(problem, "plinth diagnose")


def nobody_else_is_at_work(stack: Checked) -> Iterator[Wrong]:
    """No change of the stack is under way or unfinished."""
    from scripts.operations.journal import OVER, Journal  # noqa: PLC0415 - only this item
    from scripts.operations.operation import CURRENT  # noqa: PLC0415
    from scripts.operations.records import Records  # noqa: PLC0415

    record = Records(stack.target).read(CURRENT)
    if record is not None:
        journal = Journal.model_validate(record.document)
        if journal.state not in OVER:
            yield Wrong(f"a {journal.verb} of {journal.who} is not over: {journal.here}", "plinth operation show")


CHECKS: Final[tuple[Item, ...]] = (
    nobody_else_is_at_work,
    secrets_are_there,
    roles_suffice,
    database_is_ready,
    cache_is_ready,
    migrations_are_complete,
    images_are_there,
    services_are_steady,
    smoke_passes,
)
