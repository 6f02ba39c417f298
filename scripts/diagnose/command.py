"""`plinth diagnose`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit
from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def diagnose(
    target: Target,
    service: Annotated[str | None, typer.Argument(metavar="SERVICE", help="All unless given.")] = None,
    *,
    since: Annotated[str, typer.Option(help="How far to look back: 90s, 15m, 1h, 2d.")] = "1h",
    report: Annotated[
        bool, typer.Option("--report", help="Say too what was measured: system, database, Redis, times of the API.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what is wrong, whom it hurts, where it comes from, what to do now, and how to prevent it.

    Looks at what is not there any more, tasks that ended and why, targets, deployments, stores, workers, Beanstalk,
    certificates, endpoints, metrics, logs, security groups and alarms, and by your own pulumi at operations that a
    killed run left pending. What may not be asked is said at the end.

    Ends with 0 when nothing critical was found, with 4 otherwise.

    \b
    Examples:
      plinth diagnose --stack prod
      plinth diagnose backend --since 15m --stack prod
      plinth diagnose --stack prod --report
      plinth diagnose --stack prod --json | jq '.issues[] | {id, cause, steps}'
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.diagnose.run import diagnose as run  # noqa: PLC0415
    from scripts.logs.search import ago  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    key = target.service(service)[0] if service is not None else None
    found = run(target, ago(since), key, with_report=report)
    emit(found, as_json=as_json, show=found.show)
    if any(each.severity == "critical" for each in found.issues):
        raise typer.Exit(Exit.RESOURCE)
