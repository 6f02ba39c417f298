"""`plinth optimize`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def optimize(
    target: Target,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="All unless given.")] = None,
    *,
    hours: Annotated[float, typer.Option(min=1, max=1440, help="How far to look back.")] = 24,
    as_json: Json = False,
) -> None:
    """Say what is used of what is paid for, and what to change of services in the stack file, with what that saves.

    Advice is sure by 90 to 100 percent (high), 70 to 89 (medium) or 50 to 69 (low: try it first); what is less sure is
    not given. A week says more than a day: --hours 168. What AWS Compute Optimizer holds of services, workers and the
    database is shown beside it, where the account has opted in.

    \b
    Examples:
      plinth optimize --stack prod
      plinth optimize backend --hours 168 --stack prod --json
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.optimize.optimize import optimize as run  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    key = target.service(service)[0] if service is not None else None
    found = run(target, hours, key)
    emit(found, as_json=as_json, show=found.show)
