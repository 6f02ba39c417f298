"""`plinth migrate`: its options."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.options import DryRun, Json, Reason, Timeout, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def migrate(
    target: Target,
    task: Annotated[
        str, typer.Argument(metavar="TASK", help="A one-off task of the service in the stack file.")
    ] = "migrate",
    *,
    service: Annotated[str | None, typer.Option(help="The service; the only one that has such a task.")] = None,
    command: Annotated[
        str | None, typer.Option(help="In place of the task's own command, e.g. 'alembic downgrade -1'.")
    ] = None,
    version: Annotated[
        str | None, typer.Option(help="Image to run it from, by tag or digest; that of the last pulumi up.")
    ] = None,
    backup: Annotated[bool, typer.Option(help="Take a snapshot of the database first.")] = True,
    timeout: Timeout = 15,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Run a migration: a one-off task from the service's image, in its network, after a backup of the database.

    The exit code of the task decides; what it writes is shown as it comes. The database is spoken to over TLS, or not
    at all. A task called validate, where the service has one, runs afterwards and must end well too.

    \b
    Examples:
      plinth migrate --stack prod
      plinth migrate --stack prod --version 1.4.2 --reason 'release 1.4.2'
      plinth migrate --stack prod --command 'alembic downgrade -1'
      plinth migrate stamp --stack court-case-prod --no-backup --yes
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.ecs.service import EcsService  # noqa: PLC0415
    from scripts.migrate.migrate import definition_for, demand_encryption  # noqa: PLC0415
    from scripts.migrate.migrate import migrate as run  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    having = [key for key, each in target.inventory.services.items() if task in each.tasks]
    found = EcsService(target, *target.service(service or (having[0] if len(having) == 1 else None)))
    words = shlex.split(command or "")
    target.announce(f"run {command or task} for {found.key}, {'after a backup' if backup else 'without a backup'}")
    if dry_run:
        mode = demand_encryption(found, definition_for(found, task, None))
        tell(f"TLS to the database: {mode}; nothing was changed")
        return
    confirm("Run it?", yes=yes)
    migrated = run(found, task, command=words, version=version, backup=backup, minutes=timeout, reason=reason)
    emit(migrated, as_json=as_json, show=migrated.show)
