"""Runs previews, several in turn, and keeps what they took."""

from __future__ import annotations

import json
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One preview to measure, from an empty state: everything is to be created."""

    name: str
    directory: Path
    config: Path | None = None
    pack: Path | None = None

    @property
    def command(self) -> list[str]:
        """The engine's command; JSON, because drawing a table is not what is measured."""
        command = ["pulumi", "preview", "--stack", f"bench-{self.name}", "--json"]
        if self.config is not None:
            command += ["--config-file", str(self.config)]
        return command + (["--policy-pack", str(self.pack)] if self.pack is not None else [])


@dataclass
class Measured:
    """What the runs of one preview took."""

    seconds: list[float] = field(default_factory=list)
    mebibytes: list[float] = field(default_factory=list)
    resources: int = 0

    @property
    def median(self) -> float:
        """Seconds, the middle of all runs."""
        return statistics.median(self.seconds)


def measure(previews: Sequence[Preview], env: Mapping[str, str], *, runs: int) -> dict[str, Measured]:
    """Each preview `runs` times, in turn, after one that does not count: so that what drifts, drifts for all."""
    results = {preview.name: Measured() for preview in previews}
    for number in range(runs + 1):
        for preview in previews:
            seconds, mebibytes, resources = run(preview, env)
            if number:
                results[preview.name].seconds.append(seconds)
                results[preview.name].mebibytes.append(mebibytes)
                results[preview.name].resources = resources
    return results


def run(preview: Preview, env: Mapping[str, str]) -> tuple[float, float, int]:
    """Seconds, peak memory of all processes together in MiB, and resources of one preview."""
    started = time.monotonic()
    with subprocess.Popen(
        preview.command,
        cwd=preview.directory,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        peak = _Peak(process.pid)
        peak.start()
        output, problems = process.communicate()
        seconds = time.monotonic() - started
        peak.join()
    if process.returncode:
        said = [each["message"] for each in json.loads(output or "{}").get("diagnostics", [])]
        raise SystemExit("\n".join([" ".join(preview.command), problems, *said]))
    return seconds, peak.bytes / 2**20, len(json.loads(output).get("steps", []))


class _Peak(threading.Thread):
    """Watches a process and all that it started, until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(pid)
        self.bytes = 0

    def run(self) -> None:
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            self.bytes = max(self.bytes, sum(map(_resident, [self._process, *self._children()])))
            time.sleep(SAMPLE_SECONDS)

    def _children(self) -> list[psutil.Process]:
        try:
            return self._process.children(recursive=True)
        except psutil.Error:
            return []


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
