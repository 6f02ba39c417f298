"""`plinth logs`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError
from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.logs.search import Line
    from scripts.target import Target


@operates
def logs(
    target: Target,
    service: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A service or a worker; all unless given.")
    ] = None,
    *,
    since: Annotated[str, typer.Option(help="How far to look back: 90s, 15m, 1h, 2d.")] = "15m",
    search: Annotated[
        str, typer.Option(metavar="PATTERN", help="A filter of CloudWatch Logs: timeout, { $.level = ERROR }.")
    ] = "",
    errors: Annotated[bool, typer.Option("--errors", help="Lines that tell of errors.")] = False,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines come, until Ctrl-C.")] = False,
    query: Annotated[str | None, typer.Option(metavar="NAME", help="Run a saved query in place of it.")] = None,
    queries: Annotated[bool, typer.Option("--queries", help="List the saved queries.")] = False,
    as_json: Json = False,
) -> None:
    """Show what the stack's containers, functions and instances write, oldest first; as JSON, a line of it each.

    \b
    Examples:
      plinth logs --stack prod --since 1h --errors
      plinth logs backend --follow --stack prod
      plinth logs --query slow --since 2d --stack court-case-prod
      plinth logs --search '{ $.request_id = "abc" }' --stack prod --json | jq -r .message
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.logs import queries as saved  # noqa: PLC0415
    from scripts.logs import search as module  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    moment = module.ago(since)
    if queries:
        for name in saved.saved(target):
            typer.echo(name)
        return
    if query is not None:
        answered = saved.run(target, query, moment)
        emit(answered, as_json=as_json, show=answered.show)
        return
    if search and errors:
        raise PlinthError("--search and --errors both say which lines", "Give one of them", Exit.USAGE)
    key = module.named(target, service)
    pattern = module.ERRORS if errors else search
    lines = (
        module.follow(target, pattern=pattern, since=moment, service=key)
        if follow
        else module.search(target, pattern=pattern, since=moment, service=key)
    )
    for line in lines:
        _print(line, as_json=as_json)


def _print(line: Line, *, as_json: bool) -> None:
    shown = f"{line.at:%H:%M:%S} {line.stream.partition('/')[0] or line.group}  {line.message}"
    typer.echo(line.model_dump_json() if as_json else shown)
