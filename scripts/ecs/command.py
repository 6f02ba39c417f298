"""`plinth exec`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError, unknown
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def exec_(
    target: Target,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="The only one unless given.")] = None,
    *,
    command: Annotated[str, typer.Option(help="What to run there.")] = "/bin/sh",
    container: Annotated[str | None, typer.Option(help="A sidecar; the service's own container.")] = None,
    task: Annotated[str | None, typer.Option(metavar="ID", help="Which task; the first.")] = None,
) -> None:
    """Open a shell in a running task, or run a command there. Sessions are logged (ECS Exec).

    \b
    Examples:
      plinth exec backend --stack prod
      plinth exec backend --stack prod --command 'alembic current'
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.ecs.service import EcsService  # noqa: PLC0415
    from scripts.ecs.shell import open_shell, tasks  # noqa: PLC0415

    found = EcsService(target, *target.service(service))
    running = {each["taskArn"].rpartition("/")[2]: each for each in tasks(found)}
    if not running:
        raise PlinthError(f"no task of {found.key} runs", f"plinth diagnose --stack {target.stack}", Exit.RESOURCE)
    if task is not None and task not in running:
        raise unknown(f"task of {found.key}", task, running)
    target.announce(f"session in a task of {found.key}: {command}")
    raise typer.Exit(
        open_shell(found, running[task or next(iter(running))], container or found.entry.container, command)
    )
