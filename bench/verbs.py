"""What operators wait for: verbs of `plinth` against a bare Python, and against a script that asks AWS one thing."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from scripts.errors import Exit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BARE, ONE_QUESTION, HELP = "python", "one question by boto3", "plinth --help"
HELP_AT_MOST: Final = 0.2  # seconds
_ASK: Final = "import boto3; boto3.client('ssm').get_parameters_by_path(Path='/plinth/{stack}', Recursive=True)"


@dataclass(frozen=True)
class Waits:
    """Seconds of each run of a command."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.seconds)


def measure(stack: str, root: Path, env: Mapping[str, str], runs: int) -> dict[str, Waits]:
    """The commands in turn, so that what slows the machine slows all of them; the first round does not count."""
    plinth = [sys.executable, "-m", "scripts"]
    commands = {
        BARE: [sys.executable, "-c", ""],
        ONE_QUESTION: [sys.executable, "-c", _ASK.format(stack=stack)],
        HELP: [*plinth, "--help"],
        **{f"plinth {verb}": [*plinth, verb, "--stack", stack, "--json"] for verb in ("status", "health")},
    }
    rounds = [{name: _seconds(command, root, env) for name, command in commands.items()} for _ in range(runs + 1)][1:]
    return {name: Waits(tuple(each[name] for each in rounds)) for name in commands}


def _seconds(command: list[str], root: Path, env: Mapping[str, str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=root, env=dict(env), check=False, capture_output=True)
    took = time.perf_counter() - begun
    if done.returncode not in (Exit.OK, Exit.RESOURCE):  # a stack that is not well is an answer too
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    return took
