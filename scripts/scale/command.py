"""`plinth scale`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.options import DryRun, Json, Timeout, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def scale(
    target: Target,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="The only one unless given.")] = None,
    *,
    to: Annotated[int, typer.Option(min=0, help="How many tasks.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept in the record of the operation.")],
    ceiling: Annotated[int | None, typer.Option("--max", min=1, help="Raise the ceiling of autoscaling too.")] = None,
    timeout: Timeout = 10,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Give a service so many tasks now, and make that the floor of its autoscaling.

    The stack file says another floor, which the next pulumi up --refresh brings back: write the new one there to keep
    it.

    \b
    Examples:
      plinth scale backend --to 10 --reason 'queue of uploads' --stack prod
      plinth scale --to 5 --reason 'back to normal' --stack court-case-prod --yes
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.ecs.service import EcsService  # noqa: PLC0415
    from scripts.output import confirm, emit, tell  # noqa: PLC0415
    from scripts.scale.scale import check  # noqa: PLC0415
    from scripts.scale.scale import scale as run  # noqa: PLC0415

    found = EcsService(target, *target.service(service))
    check(found, to, ceiling=ceiling)
    now = found.describe()["desiredCount"]
    target.announce(f"scale {found.key}: {now} tasks to {to}, because: {reason}")
    if dry_run:
        tell("nothing was changed")
        return
    confirm("Scale it?", yes=yes)
    scaled = run(found, to, reason=reason, ceiling=ceiling, minutes=timeout)
    emit(scaled, as_json=as_json, show=scaled.show)
