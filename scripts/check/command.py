"""`plinth check`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit
from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def check(
    target: Target,
    *,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first thing that is wrong.")] = False,
    as_json: Json = False,
) -> None:
    """Go through the checklist before a deployment: secrets, roles, database, cache, migrations, images, smoke tests.

    Nothing is changed; whether migrations are complete is asked by a one-off task. Ends with 0 when the stack is ready,
    with 4 when something is wrong.

    \b
    Examples:
      plinth check --stack prod
      plinth check --stack prod --fail-fast && plinth deploy backend --version 1.4.2 --stack prod
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.check.run import check as run  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = run(target, fail_fast=fail_fast)
    emit(found, as_json=as_json, show=found.show)
    if not found.ready:
        raise typer.Exit(Exit.RESOURCE)
