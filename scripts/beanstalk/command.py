"""`plinth beanstalk`: its verbs. Versions are deployed by `plinth deploy beanstalk`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError
from scripts.options import DryRun, Json, Timeout, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.beanstalk.deployable import BeanstalkDeployable
    from scripts.target import Target

beanstalk = typer.Typer(
    name="beanstalk",
    help="The environment on Elastic Beanstalk: events, saved settings, clones, swaps of names, seasons, variables.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@beanstalk.command()
@operates
def events(target: Target, *, limit: Annotated[int, typer.Option(min=1, max=1000)] = 20) -> None:
    """Show what happened to the environment, the newest last.

    \b
    Examples:
      plinth beanstalk events --stack utjfc-prod
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    for each in _environment(target).events(most=limit):
        typer.echo(f"{each['EventDate']:%Y-%m-%d %H:%M:%S} {each['Severity']:5} {each['Message']}")


@beanstalk.command()
@operates
def save(
    target: Target,
    *,
    name: Annotated[str | None, typer.Option(help="What to call it; <environment>-<moment>.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Save the environment's settings as they are. The stack's own saved configuration is that of the last pulumi up.

    \b
    Examples:
      plinth beanstalk save --name before-the-season --stack utjfc-prod
    """  # noqa: D301
    from scripts.beanstalk.environments import save as run  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    thing = _environment(target)
    target.announce(f"save the settings of {thing.entry.environment}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Save them?", yes=yes)
    saved = run(thing, name)
    emit(saved, as_json=as_json, show=saved.show)


@beanstalk.command()
@operates
def clone(
    target: Target,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the new environment.")],
    *,
    version: Annotated[str | None, typer.Option(help="Its version; that which runs.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A variable that differs; several times.")
    ] = None,
    timeout: Timeout = 30,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make an environment like the stack's own, beside it: with its settings, its version, and what it mounts.

    A file system KEY of the stack file is mounted by the variables KEY_FILE_SYSTEM and KEY_ACCESS_POINT: set both for
    one that was restored.

    \b
    Examples:
      plinth beanstalk clone chatrelay-recovery --stack chatrelay-prod
      plinth beanstalk clone chatrelay-recovery --set HISTORY_FILE_SYSTEM=fs-… --set HISTORY_ACCESS_POINT=fsap-…
    """  # noqa: D301
    from scripts.beanstalk.environments import clone as run  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    thing, variables = _environment(target), _variables(set_ or [])
    target.announce(f"make environment {name} like {thing.entry.environment}; it is paid for until it is terminated")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Make it?", yes=yes)
    made = run(thing, name, version=version, variables=variables, minutes=timeout)
    emit(made, as_json=as_json, show=made.show)


@beanstalk.command()
@operates
def swap(
    target: Target,
    other: Annotated[str, typer.Argument(metavar="ENVIRONMENT", help="Whose name to exchange with.")],
    *,
    timeout: Timeout = 15,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Exchange the names of the environment and another: blue-green, with both running. Again, to go back.

    \b
    Examples:
      plinth beanstalk swap chatrelay-recovery --stack chatrelay-prod
    """  # noqa: D301
    from scripts.beanstalk.environments import swap as run  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    thing = _environment(target)
    target.announce(f"exchange the names of {thing.entry.environment} and {other}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Exchange them?", yes=yes)
    changed = run(thing, other, minutes=timeout)
    emit(changed, as_json=as_json, show=changed.show)


@beanstalk.command()
@operates
def variables(
    target: Target,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="All unless given.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Read back the variables that the environment has; of secrets, where they are. The stack file sets them.

    \b
    Examples:
      plinth beanstalk variables --stack utjfc-prod
      plinth beanstalk variables LOG_LEVEL --stack utjfc-prod
    """  # noqa: D301
    from scripts.beanstalk.variables import read  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = read(_environment(target), name)
    emit(found, as_json=as_json, show=found.show)


@beanstalk.command()
@operates
def season(
    target: Target,
    action: Annotated[
        str | None, typer.Argument(metavar="ACTION", help="The scheduled action to run now; none shows all.")
    ] = None,
    *,
    timeout: Timeout = 15,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Show the calendar of the environment, or set it now to the number of instances that one of its actions has.

    What is set lasts until the calendar's next action, or pulumi up. The season's type of instances is set by the
    stack file (beanstalk.season), and pulumi up.

    \b
    Examples:
      plinth beanstalk season --stack utjfc-prod
      plinth beanstalk season registration-begins --stack utjfc-prod
    """  # noqa: D301
    from scripts.beanstalk.seasons import action as named  # noqa: PLC0415
    from scripts.beanstalk.seasons import run_now, seasons  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    thing = _environment(target)
    found = seasons(thing)
    if action is not None:
        wanted = named(found, action)
        target.announce(
            f"set {found.environment}, which has {found.min} to {found.max} instances, to {wanted.min} to {wanted.max}"
        )
        if dry_run:
            tell("nothing was changed")
            return
        confirm("Set it?", yes=yes)
        found = run_now(thing, action, minutes=timeout)
    emit(found, as_json=as_json, show=found.show)


def _variables(given: list[str]) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise PlinthError(f"{name!r} sets no variable", "Write --set NAME=VALUE", Exit.USAGE)
    return {name: value for name, _, value in pairs}


def _environment(target: Target) -> BeanstalkDeployable:
    from scripts.beanstalk.deployable import BeanstalkDeployable  # noqa: PLC0415

    if target.inventory.beanstalk is None:
        raise PlinthError(f"stack {target.stack} has no environment on Beanstalk", exit_code=Exit.USAGE)
    return BeanstalkDeployable(target, target.inventory.beanstalk)
