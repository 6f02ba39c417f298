"""The commands behind `make up`, `make down`, `make status`, `make doctor` and `make env`."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

from local import paths
from local.bootstrap import BootstrapError
from local.errors import LocalCloudError

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
console = Console()
errors = Console(stderr=True)

_INTERRUPTED = 130


@app.command()
def up(stack: str = typer.Argument("prod", help="A stack's name, or the path of a stack file.")) -> None:
    """Deploy a stack into the local cloud, which is made and started first if need be."""
    from local import up as command  # noqa: PLC0415 - each command imports only what it needs

    with _alone():
        command.up(stack, console)


@app.command()
def down(stack: str = typer.Argument("", help="One stack's name; without it everything goes.")) -> None:
    """Destroy stacks and stop the local cloud; only caches stay."""
    from local import down as command  # noqa: PLC0415

    with _alone():
        command.down(stack or None, console)


@app.command()
def status() -> None:
    """Show what runs, where it answers, and what the emulators lack."""
    from local import status as command  # noqa: PLC0415

    command.show(console)


@app.command()
def doctor() -> None:
    """Say what this machine lacks, and how to get it."""
    from local import doctor as command  # noqa: PLC0415

    if not command.examine(console):
        raise typer.Exit(1)


@app.command()
def env() -> None:
    """Print shell exports for working on the local cloud by hand."""
    from local import shell  # noqa: PLC0415

    print(shell.exports(), end="")


@contextmanager
def _alone() -> Iterator[None]:
    """Let one `up` or `down` work at a time; the lock goes with the process, however it ends."""
    paths.STATE.parent.mkdir(parents=True, exist_ok=True)
    paths.CACHE.mkdir(parents=True, exist_ok=True)
    with (paths.CACHE / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise LocalCloudError(
                f"another `make up` or `make down` is at work (pid {holder})", "Wait for its end, then run it again"
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        except KeyboardInterrupt:
            raise LocalCloudError("interrupted", "the same command goes on where it stopped", _INTERRUPTED) from None


def main() -> int:
    """Run the command; every failure the user can act on ends as one message, without a traceback."""
    try:
        app()
    except (LocalCloudError, BootstrapError) as error:
        errors.print(f"[red]error:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        if remedy := getattr(error, "remedy", ""):
            errors.print(f"  [bold]next:[/bold] {escape(remedy)}", highlight=False, soft_wrap=True)
        return int(getattr(error, "exit_code", 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
