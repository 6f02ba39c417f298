"""`plinth watch`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target

_EVERY_SECONDS = 30


@operates
def watch(
    target: Target,
    *,
    every: Annotated[
        float | None, typer.Option(min=1, metavar="SECONDS", help="From look to look; as the stack file says.")
    ] = None,
    times: Annotated[int | None, typer.Option(min=1, help="How often; until Ctrl-C.")] = None,
) -> None:
    """Look on: a line for each look, with the score and what runs, and one for whatever changed.

    \b
    Examples:
      plinth watch --stack prod
      plinth watch --every 10 --stack prod
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.watch.watch import watch as look  # noqa: PLC0415

    operations = target.inventory.operations
    seconds = every or (operations.health.interval_seconds if operations else _EVERY_SECONDS)
    left = times

    def pause(duration: float) -> None:
        import time  # noqa: PLC0415

        nonlocal left
        left = None if left is None else left - 1
        if left == 0:
            raise typer.Exit
        time.sleep(duration)

    try:
        for line in look(target, seconds, pause):
            typer.echo(line)
    except KeyboardInterrupt:
        return
