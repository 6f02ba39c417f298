"""The stack of recovery, deployed as every stack is, with a database made of the copies."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from scripts.errors import Exit, PlinthError
from scripts.output import tell
from scripts.stacks import ROOT
from settings.stack_files import stack_name

if TYPE_CHECKING:
    import datetime as dt

    from scripts.recover.sources import Sources
    from scripts.stacks import StackFile

_PULUMI: Final = "pulumi up --yes --stack {stack} --config-file {file} --policy-pack policies"
_SCRATCH: Final = Path(".plinth") / "recovery"


def with_copies(recovery: StackFile, found: Sources, moment: dt.datetime | None) -> Path:
    """The file of the recovery with the database made of the copies, beside the user's own, which stays as it is.

    Its name is the stack's, by which every command knows it. What Pulumi has added to it (the salt of the state's
    secrets) stays.
    """
    document: dict[str, Any] = yaml.safe_load(recovery.path.read_text(encoding="utf-8"))
    if found.automated_backup is not None:
        time = {"time": f"{moment:%Y-%m-%dT%H:%M:%SZ}"} if moment else {}
        postgres = document["config"].setdefault("plinth:postgres", {})
        postgres["restore_from"] = {"automated_backup": found.automated_backup, **time}
    folder = ROOT / _SCRATCH
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"Pulumi.{stack_name(recovery.path, ROOT)}.yaml"
    earlier = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    added = {key: value for key, value in earlier.items() if key not in document}
    file.write_text(yaml.safe_dump({**document, **added}, sort_keys=False), encoding="utf-8")
    return file


def deploy(stack: str, file: Path, command: str | None = None) -> None:
    """Deploy it by the command, or `pulumi up`, whose words go to stderr; PlinthError if that fails."""
    if command is None:
        _find(stack)
    words = (command or _PULUMI).replace("{stack}", stack).replace("{file}", str(file))
    tell(f"  {words}")
    code = _run(shlex.split(words), stdout=sys.stderr).returncode
    if code != 0:
        raise PlinthError(
            f"the stack of recovery could not be deployed (its messages are above): exit code {code}",
            "Correct what they name, and run the same command: what was made stays, and it goes on",
            Exit.RESOURCE,
        )


def _find(stack: str) -> None:
    """PlinthError when Pulumi has no such stack: its state, and what encrypts it, are chosen before a disaster."""
    done = _run(
        ["pulumi", "stack", "output", "--json", "--stack", stack], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if done.returncode != 0:
        raise PlinthError(
            f"pulumi has no state of stack {stack}: {done.stderr.decode().strip()}",
            f'pulumi stack init {stack} --secrets-provider "awskms://…", state and key being outside the lost region',
            Exit.NO_STACK,
        )


def _run(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, cwd=ROOT, check=False, **options)
    except OSError as error:
        raise PlinthError(
            f"{command[0]} cannot be run: {error.strerror}",
            "Put it on the PATH, or name another command with --deploy",
            Exit.USAGE,
        ) from None
