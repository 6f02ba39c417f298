"""`plinth validate`: its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError, unknown
from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def validate(
    target: Target,
    suite: Annotated[
        str | None, typer.Argument(metavar="SUITE", help="smoke, api, integration or performance; all of them.")
    ] = None,
    *,
    url: Annotated[str | None, typer.Option(help="The address to ask; the stack's own, or PLINTH_URL.")] = None,
    as_json: Json = False,
) -> None:
    """Ask the system whether it is well: the suites of the stack file (plinth:operations.validation), in their order.

    What fails in smoke is critical, and ends the run; what fails in another suite is a warning, and ends it too.
    Critical checks are tried three times.

    Ends with 0 when all passed, with 4 when something failed.

    \b
    Examples:
      plinth validate --stack prod
      plinth validate smoke --stack court-case-prod --json
      plinth validate performance --stack rapidphoto-prod --url https://staging.example.com
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.output import emit  # noqa: PLC0415
    from scripts.validate.run import validate as run  # noqa: PLC0415

    known = target.inventory.suites
    if not known:
        raise PlinthError(
            f"stack {target.stack} has no suites", "Write some: plinth:operations.validation.suites", Exit.USAGE
        )
    if suite is not None and suite not in known:
        raise unknown("suite", suite, known)
    found = run(target, [suite] if suite else (), url=url)
    emit(found, as_json=as_json, show=found.show)
    if found.verdict != "passed":
        raise PlinthError(f"{found.verdict}: {found.why}", f"plinth diagnose --stack {target.stack}", Exit.RESOURCE)
