"""`plinth backup`: its verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.options import DryRun, Json, Timeout, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target

backup = typer.Typer(
    name="backup",
    help="Backups of the data stores: by AWS Backup, and as archives.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Into = Annotated[str, typer.Option("--in", metavar="KEY", help="The bucket that has archives, by its key.")]
Store = Annotated[str, typer.Argument(metavar="STORE", help="postgres, or a key of files or buckets.")]


@backup.command()
@operates
def run(
    target: Target,
    store: Annotated[
        str | None, typer.Argument(metavar="STORE", help="postgres, or a key of files or buckets; all.")
    ] = None,
    *,
    timeout: Timeout = 120,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Back data stores up now, beside the daily backups.

    \b
    Examples:
      plinth backup run --stack prod
      plinth backup run postgres --stack prod --yes
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.backup import stores  # noqa: PLC0415
    from scripts.backup.jobs import back_up  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    names = sorted(stores.stores(target)) if store is None else [store]
    for name in names:
        stores.store(target, name)
    target.announce(f"back up {', '.join(names)} into vault {stores.protection(target).backup_vault}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Back up?", yes=yes)
    made = back_up(target, names, minutes=timeout)
    emit(made, as_json=as_json, show=made.show)


@backup.command("list")
@operates
def list_(
    target: Target,
    *,
    copies: Annotated[bool, typer.Option("--copies", help="Those in the other region.")] = False,
    as_json: Json = False,
) -> None:
    """List recovery points, the newest first, and the stores that have none.

    \b
    Examples:
      plinth backup list --stack prod
      plinth backup list --copies --stack prod --json
    """  # noqa: D301
    from scripts.backup.points import points  # noqa: PLC0415
    from scripts.backup.stores import protection  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = points(target, protection(target).copy_region if copies else None)
    emit(found, as_json=as_json, show=found.show)


@backup.command()
@operates
def verify(
    target: Target,
    store: Store,
    *,
    timeout: Timeout = 120,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Prove that the newest backup of a store can be restored: restore it, and delete what was made.

    \b
    Examples:
      plinth backup verify postgres --stack prod
    """  # noqa: D301
    from scripts.backup.restore import restore as run_restore  # noqa: PLC0415
    from scripts.backup.stores import store as arn_of  # noqa: PLC0415
    from scripts.output import confirm, emit  # noqa: PLC0415

    target.announce(f"restore the newest backup of {store} ({arn_of(target, store)}), and delete it again")
    confirm("Verify it?", yes=yes)
    restored = run_restore(target, store, keep=False, minutes=timeout)
    emit(restored, as_json=as_json, show=restored.show)


@backup.command()
@operates
def restore(
    target: Target,
    store: Store,
    *,
    timeout: Timeout = 120,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make something new of the newest backup of a store: another file system, another database instance.

    \b
    Examples:
      plinth backup restore history --stack chatrelay-prod
    """  # noqa: D301
    from scripts.backup.restore import restore as run_restore  # noqa: PLC0415
    from scripts.backup.stores import store as arn_of  # noqa: PLC0415
    from scripts.output import confirm, emit  # noqa: PLC0415

    target.announce(f"restore the newest backup of {store} ({arn_of(target, store)}) into something new")
    confirm("Restore it?", yes=yes)
    restored = run_restore(target, store, keep=True, minutes=timeout)
    emit(restored, as_json=as_json, show=restored.show)


@backup.command()
@operates
def archive(
    target: Target,
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[BUCKET]...", help="Buckets by their keys; all others unless given.")
    ] = None,
    *,
    into: Into = "backups",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Put what is in buckets, and a week of logs, into one archive: application-data/ in the bucket of backups.

    \b
    Examples:
      plinth backup archive --stack prod
      plinth backup archive config uploads --stack prod --yes
    """  # noqa: D301
    from scripts.backup.archive import archive as run_archive  # noqa: PLC0415
    from scripts.backup.archive import bucket, sources  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    place, chosen = bucket(target, into), sources(target, into, keys or [])
    target.announce(f"archive {', '.join(chosen) or 'no bucket'} and the logs in {place}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Archive them?", yes=yes)
    made = run_archive(target, into, chosen)
    emit(made, as_json=as_json, show=made.show)


@backup.command()
@operates
def unpack(
    target: Target,
    wanted: Annotated[
        str, typer.Argument(metavar="[ARCHIVE]", help="A part of its name, such as 20261123; the newest that has it.")
    ] = "",
    *,
    into: Into = "backups",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Put the objects of an archive back into the buckets of the same keys, those of a recovery too.

    What has the same name is overwritten; buckets with versions keep what was there.

    \b
    Examples:
      plinth backup unpack --stack auterity-recovery
      plinth backup unpack 20261123 --stack prod --dry-run
    """  # noqa: D301
    from scripts.backup.archive import newest  # noqa: PLC0415
    from scripts.backup.archive import unpack as run_unpack  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    name = newest(target, into, wanted)
    target.announce(f"put the objects of {name} into their buckets")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Put them back?", yes=yes)
    done = run_unpack(target, into, name)
    emit(done, as_json=as_json, show=done.show)
