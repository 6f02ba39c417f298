"""The verbs of `plinth`.

Each module named here declares the options of a verb; what the verb needs is imported when it runs, so that help and
completion are there at once.
"""

from __future__ import annotations

import typer

from scripts.backup.command import backup
from scripts.beanstalk.command import beanstalk
from scripts.bootstrap.command import bootstrap
from scripts.check.command import check
from scripts.cost.command import cost
from scripts.db.command import db
from scripts.deploy.command import deploy, release, rollback
from scripts.diagnose.command import diagnose
from scripts.drift.command import drift
from scripts.ecs.command import exec_
from scripts.edge.command import cdn, site
from scripts.errors import PlinthError
from scripts.gate.command import gate
from scripts.health.command import health
from scripts.loadtest.command import loadtest
from scripts.logs.command import logs
from scripts.migrate.command import migrate
from scripts.operations.command import operation
from scripts.optimize.command import optimize
from scripts.recover.command import recover
from scripts.restart.command import restart
from scripts.scale.command import scale
from scripts.snapshots.command import snapshot
from scripts.status.command import status
from scripts.validate.command import validate
from scripts.watch.command import watch

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
for verb in (
    status,
    health,
    diagnose,
    logs,
    watch,
    check,
    deploy,
    rollback,
    validate,
    loadtest,
    migrate,
    scale,
    restart,
    drift,
    optimize,
    cost,
    bootstrap,
    gate,
):
    app.command()(verb)
app.command("exec")(exec_)
for verbs in (release, snapshot, db, backup, recover, site, cdn, beanstalk, operation):
    app.add_typer(verbs)


@app.callback()
def plinth() -> None:
    """Operate the stacks of this project."""


def main() -> int:
    """Run a verb; every failure that the user can act on ends as one message, without a traceback."""
    try:
        app(prog_name="plinth")
    except PlinthError as error:
        return _tell(error)
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):
            raise
        from scripts.aws_errors import explain  # noqa: PLC0415 - only where there is one to explain

        return _tell(explain(error))
    return 0


def _tell(error: PlinthError) -> int:
    typer.echo(f"error: {error}", err=True)
    if error.remedy:
        typer.echo(f"  next: {error.remedy}", err=True)
    return error.exit_code
