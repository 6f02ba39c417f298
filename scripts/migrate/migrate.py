"""A migration: a backup, a one-off task, its exit code, and a look at what came of it (AUT-DEP-04, CRT-DEP-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from scripts.db.snapshots import take
from scripts.ecs import tasks
from scripts.ecs.definitions import revision
from scripts.errors import Exit, PlinthError
from scripts.images.registry import Registry
from scripts.operations.operation import operation
from scripts.output import Result, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from scripts.ecs.service import EcsService
    from scripts.operations.operation import Operation

VALIDATE: Final = "validate"
"""The one-off task that says, by its exit code, whether the schema is what the service needs."""
_ENCRYPTED: Final = {"require", "verify-ca", "verify-full", "true"}
_MODES: Final = ("DATABASE_SSLMODE", "PGSSLMODE", "DB_SSLMODE")


class Migrated(Result):
    """How a migration ended. Without a `backup`, there is none."""

    service: str
    command: str
    task: str
    backup: str | None
    lines: tuple[str, ...]
    validated: Literal["passed", "there is no task for it"]

    def show(self, console: Console) -> None:
        """Print it."""
        console.print(f"{self.service}: {self.command} ended well", markup=False)
        console.print(f"  backup before it: {self.backup or 'none'}; validation: {self.validated}", markup=False)


def definition_for(service: EcsService, task: str, version: str | None) -> str:
    """The task definition of a one-off task, with the image of `version` where one is named; its ARN."""
    base = str(service.definition(tasks.family(service, task))["taskDefinitionArn"])
    if version is None:
        return base
    image = Registry(service.entry.repository_url, service.target.cloud).find(version)
    image.check()
    container = str(service.definition(base)["containerDefinitions"][0]["name"])
    return service.register(base, image, container=container)


def demand_encryption(service: EcsService, definition: str) -> str:
    """How the task's connection to the database is encrypted; PlinthError when it would be plain (CRT-DEP-07)."""
    container = service.definition(definition)["containerDefinitions"][0]
    stated = {each["name"]: each["value"] for each in container.get("environment", ())}
    mode = next((stated[name] for name in _MODES if name in stated), "")
    if mode.lower() not in _ENCRYPTED:
        raise PlinthError(
            f"the migration's task would speak to the database without TLS: {_MODES[0]} is {mode or 'not set'}",
            "Let the service use postgres in the stack file, which sets it; or set it to require",
            Exit.POLICY,
        )
    return mode


def migrate(
    service: EcsService,
    task: str,
    *,
    command: Sequence[str] = (),
    version: str | None = None,
    backup: bool = True,
    minutes: float = 15,
    reason: str = "",
) -> Migrated:
    """Run a one-off task on the database, after a backup; PlinthError when its exit code is not 0.

    Killed and begun again, it goes on with the same task: none is run twice.
    """
    words = list(command)
    arguments = {"service": service.key, "task": task, "command": words, "version": version, "backup": backup}
    with operation(service.target, "migrate", arguments, reason=reason) as op:
        definition: str = op.step("the task's definition", lambda: definition_for(service, task, version))
        op.step("the database is reached by TLS alone", lambda: demand_encryption(service, definition))
        kept = op.step("backup of the database", lambda: _backup(service, op)) if backup else None
        ended = _run(service, op, task, definition, command=words, minutes=minutes)
        if ended.code != 0:
            raise _failed(service, ended, kept)
        validated: Literal["passed", "there is no task for it"] = "there is no task for it"
        if VALIDATE in service.entry.tasks and task != VALIDATE:
            checking = definition_for(service, VALIDATE, version)
            checked = _run(service, op, VALIDATE, checking, minutes=minutes)
            if checked.code != 0:
                raise _failed(service, checked, kept)
            validated = "passed"
        return Migrated(
            service=service.key,
            command=" ".join(words) or task,
            task=ended.task,
            backup=kept,
            lines=ended.lines,
            validated=validated,
        )


def _backup(service: EcsService, op: Operation) -> str | None:
    postgres = service.target.inventory.platform.postgres
    if postgres is None:
        return None
    return take(service.target, f"{postgres.identifier}-{op.journal.id.replace('_', '-')}")


def _run(
    service: EcsService, op: Operation, task: str, definition: str, *, command: Sequence[str] = (), minutes: float
) -> tasks.Ended:
    token = f"{op.journal.id}_{task}"
    arn: str = op.step(
        f"{task}: start {revision(definition)}",
        lambda: tasks.start(service, definition, token=token, command=command),
    )
    found = op.step(
        f"{task}: wait for its end",
        lambda: tasks.wait(service, arn, minutes, lambda line: tell(f"    | {line}")).model_dump(mode="json"),
    )
    return tasks.Ended.model_validate(found)


def _failed(service: EcsService, ended: tasks.Ended, backup: str | None) -> PlinthError:
    how = f"exit code {ended.code}" if ended.code is not None else "it never ran"
    last = "\n".join(f"    {line}" for line in ended.lines[-5:])
    restore = f"; the backup before it is {backup}" if backup else ""
    return PlinthError(
        f"the task for {service.key} failed: {how}, {ended.reason}\n{last}".rstrip(),
        f"A migration in one transaction left the schema as it was: correct it, and migrate again{restore}",
        Exit.RESOURCE,
    )
