"""`plinth drift`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from scripts.errors import Exit
from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def drift(target: Target, *, as_json: Json = False) -> None:
    """Show what operators changed since the last pulumi up: releases, and how many tasks services scale between.

    Ends with 0 when nothing differs, with 7 when something does. For all else: pulumi preview --refresh.

    \b
    Examples:
      plinth drift --stack prod
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.drift.drift import drift_of  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = drift_of(target)
    emit(found, as_json=as_json, show=found.show)
    if found.differences:
        raise typer.Exit(Exit.DIFFERENT)
