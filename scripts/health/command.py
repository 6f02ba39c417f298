"""`plinth health`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit
from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def health(
    target: Target,
    *,
    fail_under: Annotated[
        float | None, typer.Option(min=0, max=100, metavar="SCORE", help="End with 4 when the score is lower.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say how well the system is: a score of 100, of checks on three levels, and what is unlike before.

    basic (40 %): what should run, runs. performance (35 %): response times, errors and use of the last quarter of an
    hour, by the thresholds of plinth:operations.health. business (25 %): endpoints and buckets. What was not measured
    counts neither way. Bands: 90 Excellent, 80 Good, 70 Fair, 60 Poor, else Critical.

    \b
    Examples:
      plinth health --stack prod
      plinth health --stack prod --json | jq '.checks[] | select(.state == "wrong")'
      plinth health --stack prod --fail-under 70 && plinth deploy …
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.health.health import health_of  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = health_of(target)
    emit(found, as_json=as_json, show=found.show)
    if fail_under is not None and (found.score is None or found.score < fail_under):
        raise typer.Exit(Exit.RESOURCE)
