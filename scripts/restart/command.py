"""`plinth restart`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.options import DryRun, Json, Reason, Timeout, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def restart(
    target: Target,
    part: Annotated[
        str, typer.Argument(metavar="PART", help="A service, beanstalk, redis, postgres; or all, which is no database.")
    ] = "all",
    *,
    reason: Reason = "",
    timeout: Timeout = 15,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Restart what runs, without a pause where AWS can do that: new tasks before old ones go, failovers of stores.

    \b
    Examples:
      plinth restart backend --stack prod --reason 'memory leak'
      plinth restart redis --stack prod --yes
      plinth restart all --stack court-case-prod --dry-run
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.output import confirm, emit, tell  # noqa: PLC0415
    from scripts.restart.restart import chosen  # noqa: PLC0415
    from scripts.restart.restart import restart as run  # noqa: PLC0415

    target.announce(f"restart {', '.join(chosen(target, part))}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Restart?", yes=yes)
    restarted = run(target, part, reason=reason, minutes=timeout)
    emit(restarted, as_json=as_json, show=restarted.show)
