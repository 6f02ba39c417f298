"""`plinth loadtest`: its options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError
from scripts.options import Json
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.target import Target


@operates
def loadtest(
    target: Target,
    path: Annotated[str, typer.Argument(metavar="PATH", help="What is asked for.")] = "/",
    *,
    users: Annotated[int, typer.Option(min=1, max=1000, help="How many ask at once.")] = 10,
    seconds: Annotated[int, typer.Option(min=1, max=600, help="For how long.")] = 30,
    p95: Annotated[int, typer.Option(min=1, metavar="MS", help="In which 95 percent must be answered.")] = 2000,
    failures: Annotated[float, typer.Option(min=0, max=100, metavar="PERCENT", help="That may fail.")] = 1.0,
    script: Annotated[Path | None, typer.Option(help="A script of k6, in place of it; its thresholds decide.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw latency over time there, as SVG.")] = None,
    url: Annotated[str | None, typer.Option(help="The address to ask; the stack's own, or PLINTH_URL.")] = None,
    as_json: Json = False,
) -> None:
    """Ask from many sides at once, and hold the answers against thresholds.

    Mind the stack's WAF: 2000 requests in five minutes from one address are its usual limit.
    Ends with 0 when the thresholds are held, with 4 otherwise.

    \b
    Examples:
      plinth loadtest /api/health --users 100 --seconds 90 --stack rapidphoto-dev
      plinth loadtest --script tests/load/upload-flow.js --stack rapidphoto-dev
      plinth loadtest / --picture latency.svg --stack staging --json
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.loadtest import k6  # noqa: PLC0415
    from scripts.loadtest.picture import draw  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415
    from scripts.validate.http import checked_address  # noqa: PLC0415
    from scripts.validate.load import Loaded, press  # noqa: PLC0415
    from settings.operations.validation import Load  # noqa: PLC0415

    address = checked_address(url or target.url)
    if script is not None:
        k6.run(script, address)
        return
    if not path.startswith("/"):
        raise PlinthError(f"{path!r} is no path", "It begins with '/'", Exit.USAGE)
    load = Load(path=path, concurrent=users, seconds=seconds, p95_ms=p95, failures_percent=failures)
    measured = press(address, load, max(10, seconds / 2))
    if picture is not None:
        picture.write_text(draw(measured, p95, f"{target.stack} {path}, {users} users"), encoding="utf-8")
    found = Loaded(url=address, path=path, users=users, measured=measured)
    emit(found, as_json=as_json, show=found.show)
    if measured.problem:
        raise PlinthError(measured.problem, f"plinth diagnose --stack {target.stack}", Exit.RESOURCE)
