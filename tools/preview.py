"""`make preview STACK=…`: a preview with the policy pack, kept for `plinth gate` and for whoever reads it.

On the local cloud unless told: with `--on aws` it is the shell's account, and the `pulumi` on its PATH.
"""

from __future__ import annotations

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from local import daemons, deployment, docker, emulator
from local.commands import clean_env
from local.errors import LocalCloudError
from local.stackfile import StackFile, find

ROOT: Final = Path(__file__).parents[1]
EVENTS, TEXT = "events.jsonl", "preview.txt"


class On(StrEnum):
    """Where the stack is."""

    LOCAL = "local"
    AWS = "aws"


def main(
    wanted: Annotated[str, typer.Argument(metavar="STACK", help="The stack, as make up STACK= takes it.")],
    into: Annotated[Path, typer.Option(help="The folder that it is kept in.")],
    on: Annotated[On, typer.Option(help="The local cloud, or the account that the shell is set to.")] = On.LOCAL,
) -> None:
    """Preview a stack; what the engine prints is shown and kept, as is what happened (its event log)."""
    try:
        stack = find(wanted)
        config, env = _local(stack) if on is On.LOCAL else (stack.source, _shell())
    except LocalCloudError as error:
        print(f"error: {error}\n  next: {error.remedy}", file=sys.stderr)
        raise typer.Exit(error.exit_code) from None
    into.mkdir(parents=True, exist_ok=True)
    for file in into.iterdir():
        file.unlink()  # of an earlier preview
    command = ["pulumi", "preview", "--stack", stack.name, "--config-file", str(config), "--policy-pack", "policies"]
    command += ["--diff", "--event-log", str((into / EVENTS).absolute()), "--non-interactive"]
    raise typer.Exit(_shown_and_kept(command, env, into / TEXT))


def _shell() -> dict[str, str]:
    """The user's own, with this Python first: the engine takes the first that it finds."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def _local(stack: StackFile) -> tuple[Path, dict[str, str]]:
    """The file and the environment by which the engine works on the local cloud."""
    engine = docker.find()
    if engine is None or daemons.boot_id(emulator.NAME) is None:
        raise LocalCloudError("the local cloud is not running", "make up, or CLOUD=aws for the account of your shell")
    config = stack.write_copy()
    deployment.create(stack.name, engine)
    return config, clean_env(deployment.environment(engine))


def _shown_and_kept(command: list[str], env: dict[str, str], file: Path) -> int:
    debug = {"PULUMI_DEBUG_COMMANDS": "1"}  # --event-log is among the engine's options for debugging
    with (
        file.open("w", encoding="utf-8") as kept,
        subprocess.Popen(
            command, cwd=ROOT, env=env | debug, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as run,
    ):
        assert run.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        for line in run.stdout:
            print(line, end="", flush=True)
            kept.write(line)
    return run.returncode


if __name__ == "__main__":
    typer.run(main)
