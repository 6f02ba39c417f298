"""`plinth recover`: its verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.options import DryRun, Json, Profile, Timeout, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target

recover = typer.Typer(
    name="recover", help="After a disaster: plans, and carrying them out.", no_args_is_help=True, rich_markup_mode=None
)


@recover.command()
@operates
def plans(target: Target, *, as_json: Json = False) -> None:
    """Show what can be recovered and how, what was promised, how long it took last, and whom to call.

    \b
    Examples:
      plinth recover plans --stack prod
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.output import emit  # noqa: PLC0415
    from scripts.recover.plans import plans as run  # noqa: PLC0415

    found = run(target)
    emit(found, as_json=as_json, show=found.show)


@recover.command()
def region(
    *,
    lost: Annotated[str, typer.Option(help="The stack that is lost, by its name or file.")],
    stack: Annotated[str, typer.Option("--stack", "-s", help="The stack of recovery, by its name or file.")],
    time: Annotated[str, typer.Option(help="Data of that moment, such as 2026-11-23T03:15:00Z.")] = "latest",
    profile: Profile = None,
    deploy: Annotated[
        str | None, typer.Option(metavar="COMMAND", help="What deploys {stack} from {file}; pulumi up.")
    ] = None,
    timeout: Timeout = 15,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make a system in the region of recovery, of the copies that are there, until it answers.

    Finds the newest copy of the database's backups, deploys the stack of recovery with a database made of them, copies
    what the replicas of buckets have, and asks the smoke suite. It costs what the lost stack costs: hence it asks.
    Run it again after an interruption: it goes on.

    \b
    Examples:
      plinth recover region --lost prod --stack auterity-recovery --dry-run
      plinth recover region --lost prod --stack auterity-recovery
      plinth recover region --lost prod --stack auterity-recovery --time 2026-11-23T03:15:00Z
    """  # noqa: D301
    from scripts.cloud import Cloud  # noqa: PLC0415
    from scripts.db.restore import moment  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415
    from scripts.recover.region import Recovery  # noqa: PLC0415
    from scripts.recover.region import recover as run  # noqa: PLC0415
    from scripts.stacks import find, settings_of  # noqa: PLC0415

    file = find(stack)
    recovery = Recovery(settings_of(find(lost)), file, settings_of(file), moment(time))
    cloud = Cloud(recovery.settings.region, profile)
    tell(f"recover {lost} as {stack}\n  account {cloud.account()}, region {recovery.settings.region}")
    if dry_run:
        found = recovery.sources(cloud)
        tell(f"  database of {found.automated_backup}, data until {found.data_until}")
        tell(f"  buckets of {', '.join(found.buckets.values()) or 'nothing'}; nothing was changed")
        return
    confirm("Recover?", yes=yes)
    recovered = run(recovery, profile=profile, command=deploy, minutes=timeout)
    emit(recovered, as_json=as_json, show=recovered.show)
