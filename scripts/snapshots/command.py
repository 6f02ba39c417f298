"""`plinth snapshot`: its verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.options import DryRun, Json, Reason, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target

snapshot = typer.Typer(
    name="snapshot",
    help="How services, workers and environments were deployed: kept, listed, shown, deleted.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Of = Annotated[str | None, typer.Option("--of", metavar="NAME", help="Service, worker or beanstalk; the only one.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Of plinth snapshot list.")]


@snapshot.command()
@operates
def create(target: Target, *, of: Of = None, reason: Reason = "", as_json: Json = False) -> None:
    """Keep how something is deployed now. Of each at most ten are kept, and for thirty days (plinth:operations).

    \b
    Examples:
      plinth snapshot create --stack prod --of backend --reason 'before the release'
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.deploy.choice import deployable  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415
    from scripts.snapshots.show import Shown  # noqa: PLC0415
    from scripts.snapshots.store import Snapshots  # noqa: PLC0415

    thing = deployable(target, of)
    taken = Shown(snapshot=Snapshots(target, thing.name).take(thing, reason))
    emit(taken, as_json=as_json, show=taken.show)


@snapshot.command("list")
@operates
def list_(target: Target, *, of: Of = None, as_json: Json = False) -> None:
    """List snapshots, the newest first.

    \b
    Examples:
      plinth snapshot list --stack prod --of backend
    """  # noqa: D301
    from scripts.deploy.choice import deployable  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415
    from scripts.snapshots.show import Listed  # noqa: PLC0415
    from scripts.snapshots.store import Snapshots  # noqa: PLC0415

    found = Listed(snapshots=tuple(Snapshots(target, deployable(target, of).name).all()))
    emit(found, as_json=as_json, show=found.show)


@snapshot.command()
@operates
def show(target: Target, name: Id, *, of: Of = None, as_json: Json = False) -> None:
    """Show a snapshot: the service, its task definition, load balancer, scaling and network.

    \b
    Examples:
      plinth snapshot show 20261123_031500 --stack prod --of backend --json
    """  # noqa: D301
    from scripts.deploy.choice import deployable  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415
    from scripts.snapshots.show import Shown  # noqa: PLC0415
    from scripts.snapshots.store import Snapshots  # noqa: PLC0415

    found = Shown(snapshot=Snapshots(target, deployable(target, of).name).one(name))
    emit(found, as_json=as_json, show=found.show)


@snapshot.command()
@operates
def delete(target: Target, name: Id, *, of: Of = None, dry_run: DryRun = False, yes: Yes = False) -> None:
    """Delete a snapshot. The bucket keeps its versions for a time.

    \b
    Examples:
      plinth snapshot delete 20261123_031500 --stack prod --of backend
    """  # noqa: D301
    from scripts.deploy.choice import deployable  # noqa: PLC0415
    from scripts.output import confirm, tell  # noqa: PLC0415
    from scripts.snapshots.store import Snapshots  # noqa: PLC0415

    snapshots = Snapshots(target, deployable(target, of).name)
    found = snapshots.one(name)
    target.announce(f"delete snapshot {found.id} of {found.of}: {found.release}, {found.version}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Delete it?", yes=yes)
    snapshots.delete(name)
