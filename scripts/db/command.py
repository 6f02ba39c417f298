"""`plinth db`: its verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError
from scripts.options import DryRun, Json, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target

db = typer.Typer(
    name="db",
    help="The database: its snapshots, a restore of one, and how it is.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@db.command()
@operates
def probe(
    target: Target,
    *,
    service: Annotated[
        str | None, typer.Option(help="From whose network and image; the first that has psycopg.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask PostgreSQL how it is: connections, queries that run long or wait, cache, tables, slow statements, migrations.

    A one-off task of a service asks, because nothing else is in the database's network.

    \b
    Examples:
      plinth db probe --stack prod
      plinth db probe --service backend --stack prod --json | jq .answers.blocked
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.db.probe import probe as run  # noqa: PLC0415
    from scripts.db.snapshots import database  # noqa: PLC0415
    from scripts.ecs.service import EcsService  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    database(target)
    having = [key for key, each in target.inventory.services.items() if each.tasks]
    found = run(EcsService(target, *target.service(service or (having[0] if having else None))))
    emit(found, as_json=as_json, show=found.show)


@db.command("list")
@operates
def list_(target: Target, *, as_json: Json = False) -> None:
    """List the database's snapshots, and until when it can be restored to any moment.

    \b
    Examples:
      plinth db list --stack prod
    """  # noqa: D301
    from scripts.db.snapshots import listed  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = listed(target)
    emit(found, as_json=as_json, show=found.show)


@db.command()
@operates
def snapshot(
    target: Target,
    *,
    name: Annotated[str | None, typer.Option(help="What to call it; <database>-manual-<moment>.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Take a snapshot of the database by hand, and wait until it is there. It is kept until it is deleted.

    \b
    Examples:
      plinth db snapshot --stack prod
      plinth db snapshot --name before-the-import --stack prod --yes
    """  # noqa: D301
    from scripts.db.snapshots import manual_name, take  # noqa: PLC0415
    from scripts.operations.operation import operation  # noqa: PLC0415
    from scripts.output import confirm, tell  # noqa: PLC0415

    wanted = name or manual_name(target)
    target.announce(f"take snapshot {wanted} of the database")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Take it?", yes=yes)
    with operation(target, "db snapshot", {"name": name}) as op:
        typer.echo(op.step("snapshot", lambda: take(target, wanted)))


@db.command()
@operates
def delete(
    target: Target,
    name: Annotated[str, typer.Argument(metavar="SNAPSHOT", help="One taken by hand.")],
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Delete a snapshot that was taken by hand.

    \b
    Examples:
      plinth db delete before-the-import --stack prod
    """  # noqa: D301
    from scripts.db.snapshots import delete as run  # noqa: PLC0415
    from scripts.db.snapshots import known  # noqa: PLC0415
    from scripts.output import confirm, tell  # noqa: PLC0415

    known(target, name)
    target.announce(f"delete snapshot {name} of the database for ever")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Delete it?", yes=yes)
    run(target, name)


@db.command()
@operates
def restore(
    target: Target,
    *,
    snapshot: Annotated[str | None, typer.Option(metavar="SNAPSHOT", help="Of plinth db list.")] = None,
    time: Annotated[str | None, typer.Option(metavar="MOMENT", help="2026-11-23T03:15:00Z, or latest.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call it; <database>-restored.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make an instance beside the stack's database, of a snapshot or of a moment: to look at, and to copy from.

    The stack goes on with its own. To make the restored data the stack's, name the snapshot in the stack file
    (plinth:postgres.restore_from), and pulumi up: addresses and secrets then are right everywhere.

    \b
    Examples:
      plinth db restore --snapshot prod-manual-20261123-031500 --stack prod
      plinth db restore --time latest --name before-the-mistake --stack prod --yes
    """  # noqa: D301
    from scripts.db.restore import moment, restore_beside  # noqa: PLC0415
    from scripts.db.snapshots import database, known  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    if (snapshot is None) == (time is None):
        raise PlinthError("what to restore is not clear", "Give --snapshot or --time", Exit.USAGE)
    if snapshot is not None:
        known(target, snapshot)
    at = moment(time) if time is not None else None
    wanted = name or f"{database(target).identifier}-restored"
    target.announce(f"make {wanted} of {snapshot or f'the state at {at or time}'}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Make it?", yes=yes)
    restored = restore_beside(target, wanted, snapshot=snapshot, time=at)
    emit(restored, as_json=as_json, show=restored.show)
