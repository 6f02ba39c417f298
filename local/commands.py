"""Running other programs: quietly, with their last words in the error when they fail."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.errors import LocalCloudError


def clean_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment plus `extra`: without what makes every Python start slow, and without the user's AWS.

    Whatever account, endpoint or region the shell is set to, nothing that runs here may reach it.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {name: value for name, value in {**ours, **(extra or {})}.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(
    command: Sequence[str],
    *,
    failure: str,
    remedy: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str | None = None,
) -> str:
    """Run `command` and return what it printed to stdout; LocalCloudError(`failure`, `remedy`) if it fails."""
    try:
        done = subprocess.run(
            command, env=clean_env(env), cwd=cwd, input=stdin, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise LocalCloudError(f"{failure}: {command[0]} is not installed", remedy or "make doctor") from error
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()
        tail = "".join(f"\n    {line}" for line in lines[-8:])
        raise LocalCloudError(f"{failure} (exit code {done.returncode}){tail}", remedy)
    return done.stdout


def succeeds(command: Sequence[str], *, env: Mapping[str, str] | None = None, timeout: float = 20.0) -> bool:
    """Whether `command` can be started and ends with exit code 0 within `timeout` seconds."""
    try:
        done = subprocess.run(command, env=clean_env(env), capture_output=True, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
