"""`plinth operation`: what is being changed, what was, and what becomes of a change that was interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.errors import Exit, PlinthError
from scripts.options import Json, Yes
from scripts.verb import operates

if TYPE_CHECKING:
    from scripts.operations.journal import Journal
    from scripts.operations.records import Records
    from scripts.target import Target

operation = typer.Typer(
    name="operation",
    help="Changes of a stack: the one under way, earlier ones, and one that was interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@operation.command("list")
@operates
def list_(target: Target, *, limit: Annotated[int, typer.Option(min=1)] = 20, as_json: Json = False) -> None:
    """List changes of a stack, the newest first.

    \b
    Examples:
      plinth operation list --stack prod
      plinth operation list --stack prod --json | jq '.operations[] | select(.state == "failed")'
    """  # noqa: D301 - \b keeps the lines of a paragraph apart
    from scripts.operations.history import history  # noqa: PLC0415
    from scripts.operations.records import Records  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = history(Records(target), limit)
    emit(found, as_json=as_json, show=found.show)


@operation.command()
@operates
def show(
    target: Target,
    name: Annotated[str | None, typer.Argument(metavar="ID", help="Of plinth operation list; the current one.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Show a change step by step: what is done, what is under way, what happened meanwhile.

    \b
    Examples:
      plinth operation show --stack prod
      plinth operation show 20261123_031500_deploy --stack prod
    """  # noqa: D301
    from scripts.operations.history import one  # noqa: PLC0415
    from scripts.operations.records import Records  # noqa: PLC0415
    from scripts.output import emit  # noqa: PLC0415

    found = one(Records(target), name)
    emit(found, as_json=as_json, show=found.show)


@operation.command()
@operates
def resume(target: Target, *, yes: Yes = False) -> None:
    """Go on with a change that was interrupted, from the step in which it stopped.

    \b
    Examples:
      plinth operation resume --stack prod
    """  # noqa: D301
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    from scripts.operations.records import Records  # noqa: PLC0415
    from scripts.output import confirm  # noqa: PLC0415

    journal = _interrupted(target, Records(target))
    target.announce(f"resume: plinth {' '.join(journal.argv)}")
    confirm("Go on with it?", yes=yes)
    again = [sys.executable, "-m", "scripts", *journal.argv]
    raise typer.Exit(subprocess.run([*again, *([] if "--yes" in again else ["--yes"])], check=False).returncode)


@operation.command()
@operates
def abandon(target: Target, *, yes: Yes = False) -> None:
    """Give up a change that was interrupted, so that another can be made. What it did is not undone.

    \b
    Examples:
      plinth operation abandon --stack prod
    """  # noqa: D301
    from scripts.operations.operation import give_up  # noqa: PLC0415
    from scripts.operations.records import Records  # noqa: PLC0415
    from scripts.output import confirm, tell  # noqa: PLC0415

    records = Records(target)
    journal = _interrupted(target, records)
    target.announce(
        f"abandon the {journal.verb} of {journal.who}; done and staying so: {', '.join(journal.done) or '-'}"
    )
    confirm("Abandon it?", yes=yes)
    give_up(records, journal)
    tell("abandoned; plinth status shows how the stack is")


def _interrupted(target: Target, records: Records) -> Journal:
    """The change that stopped before its end; PlinthError when there is none, or when it is going on."""
    from scripts.operations.journal import OVER, Journal  # noqa: PLC0415
    from scripts.operations.operation import CURRENT, alive, held  # noqa: PLC0415

    record = records.read(CURRENT)
    journal = Journal.model_validate(record.document) if record else None
    if record is None or journal is None or journal.state in OVER:
        raise PlinthError(f"no change of stack {target.stack} was interrupted", exit_code=Exit.USAGE)
    if alive(journal, record):
        raise held(journal)
    return journal
