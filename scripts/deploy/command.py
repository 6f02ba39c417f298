"""`plinth deploy`, `plinth rollback`, `plinth release`: their options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError, unknown
from scripts.options import DryRun, Json, Reason, Timeout, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target

Thing = Annotated[
    str | None, typer.Argument(metavar="NAME", help="A service, a worker, or beanstalk; the only one unless given.")
]
release = typer.Typer(
    name="release", help="What was deployed, and can be again.", no_args_is_help=True, rich_markup_mode=None
)


@operates
def deploy(
    target: Target,
    name: Thing = None,
    *,
    version: Annotated[
        str,
        typer.Option(help="What to deploy: an image's tag or digest, Beanstalk's version label, a Lambda version."),
    ],
    force: Annotated[bool, typer.Option("--force", help="Deploy although the system is not well.")] = False,
    monitor: Annotated[
        float | None, typer.Option(min=0, metavar="MINUTES", help="How long to look on afterwards; as the stack file.")
    ] = None,
    suite: Annotated[
        list[str] | None, typer.Option(help="A suite to run on it: smoke, api, integration, performance; all of them.")
    ] = None,
    timeout: Timeout = 30,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Deploy a version that was built and pushed, in five phases, and go back when it does the system no good.

    The phases: the system is well and a snapshot is kept; AWS rolls the version out, by the strategy of the stack file;
    the suites of the stack file pass; alarms stay silent for a while; a baseline is kept. What runs in the end is
    compared with what was asked for: a deployment that AWS rolled back is a failure.

    Ends with 0 when the version runs, with 4 when it does not, with 9 when it is not over in time.

    \b
    Examples:
      plinth deploy backend --version 1.4.2 --stack prod
      plinth deploy --version sha256:9f2c… --stack court-case-prod --yes --json
      plinth deploy beanstalk --version 2026-11-23 --stack utjfc-prod --dry-run
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.deploy.choice import deployable  # noqa: PLC0415
    from scripts.deploy.deploy import deploy as run  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    for each in suite or ():
        if each not in target.inventory.suites:
            raise unknown("suite", each, target.inventory.suites)
    thing = deployable(target, name)
    current = thing.current()
    target.announce(f"deploy {thing.name}: version {version}, in place of {current.version} ({current.name})")
    if dry_run:
        thing.check(version)
        tell(f"version {version} is there, and can run; nothing was changed")
        return
    confirm("Deploy it?", yes=yes)
    ended = run(
        target,
        thing,
        version,
        minutes=timeout,
        force=force,
        monitoring_minutes=monitor,
        suites=tuple(suite or ()),
        reason=reason,
    )
    emit(ended, as_json=as_json, show=ended.show)
    if ended.exit_code:
        raise PlinthError(
            f"{thing.name}: {version} does not run: {ended.why}",
            f"plinth operation show {ended.operation} --stack {target.stack}; plinth diagnose --stack {target.stack}",
            ended.exit_code,
        )


@operates
def rollback(
    target: Target,
    name: Thing = None,
    *,
    to: Annotated[
        str | None, typer.Option(metavar="RELEASE", help="Of plinth release list; the last that was healthy.")
    ] = None,
    snapshot: Annotated[str | None, typer.Option(metavar="ID", help="The release of a snapshot.")] = None,
    timeout: Timeout = 15,
    reason: Reason = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Go back to a release that ran before: the last that was healthy, unless another is named.

    Nothing is built, and what failed is not deleted. A deployment that was interrupted is given up for it.

    \b
    Examples:
      plinth rollback backend --stack prod --yes
      plinth rollback backend --stack prod --to BackendService:7 --reason 'errors at login'
      plinth rollback --stack court-case-prod --snapshot 20261123_031500 --dry-run
    """  # noqa: D301
    from scripts.deploy.choice import deployable  # noqa: PLC0415
    from scripts.deploy.deploy import release_to_return_to, roll_back  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415

    if to and snapshot:
        raise PlinthError("--to and --snapshot both say where to go back to", "Give one of them", Exit.USAGE)
    thing = deployable(target, name)
    wanted = release_to_return_to(target, thing, to, snapshot)
    current = thing.current()
    there = f"{wanted.name} ({wanted.version}, {wanted.state})"
    target.announce(f"roll {thing.name} back: from {current.name} ({current.version}) to {there}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Roll back?", yes=yes)
    ended = roll_back(target, thing, wanted, minutes=timeout, reason=reason)
    emit(ended, as_json=as_json, show=ended.show)
    if ended.exit_code:
        raise PlinthError(
            f"{thing.name} could not be rolled back: {ended.why}",
            f"plinth diagnose --stack {target.stack}",
            ended.exit_code,
        )


@release.command("list")
@operates
def list_(target: Target, name: Thing = None, *, as_json: Json = False) -> None:
    """List what was deployed, the newest first, and whether it was healthy.

    \b
    Examples:
      plinth release list backend --stack prod
    """  # noqa: D301
    from scripts.deploy.choice import deployable  # noqa: PLC0415
    from scripts.deploy.releases import Releases  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = Releases(releases=tuple(deployable(target, name).releases()))
    emit(found, as_json=as_json, show=found.show)
