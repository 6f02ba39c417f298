"""Whoever operates a stack: by `plinth`, as it is called in a shell, with nothing but AWS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local import deployment, docker, health
from tests.integration.cloud import ROOT, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.cloud import Cloud

SECONDS = 300  # a hang, not a slow machine


@dataclass(frozen=True)
class Said:
    """A verb that ended: its result is what it printed to stdout."""

    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        """The JSON that it printed."""
        return dict(json.loads(self.out))

    def __str__(self) -> str:
        return f"exit {self.code}\n{self.out}\n{self.err}"


@dataclass(frozen=True)
class Operator:
    """Somebody at a shell, at work on one stack."""

    cloud: Cloud
    stack: str
    url: str = ""
    """Where the stack answers, if its state cannot tell yet."""

    def plinth(self, *words: str) -> Said:
        """Run a verb to its end."""
        done = subprocess.run(
            self._command(words), cwd=ROOT, env=self._env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def does(self, *words: str) -> dict[str, Any]:
        """Run a verb that must end well; its result."""
        said = self.plinth(*words, "--json")
        assert said.code == 0, said
        return said.result

    def killed(self, *words: str, once: str) -> None:
        """Run a verb, and kill it outright once it has begun a step whose name begins so."""
        process = subprocess.Popen(
            self._command(words), cwd=ROOT, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(lambda: any(step.startswith(once) for step in self._steps()), f"{once} begins", seconds=60)
        process.kill()
        process.wait()

    def changing(self, file: Path, number: int, *words: str) -> tuple[int, list[str]]:
        """Run a verb that is killed before its so-manieth call that changes something, at 0 never; its exit code, and
        those calls.
        """
        command = [sys.executable, "-m", "tests.scripts.killed", str(file), str(number), *words, "--stack", self.stack]
        done = subprocess.run(command, cwd=ROOT, env=self._env, capture_output=True, timeout=SECONDS, check=False)
        return done.returncode, file.read_text().split()

    def _steps(self) -> list[str]:
        """The steps of the change under way, from its record itself: a verb that asks takes longer than many a step."""
        place = self.cloud.client("ssm").get_parameter(Name=f"/plinth/{self.stack}/inventory/operations")
        bucket, s3 = json.loads(place["Parameter"]["Value"])["bucket"], self.cloud.client("s3")
        try:
            record = json.loads(s3.get_object(Bucket=bucket, Key="operations/current.json")["Body"].read())
        except s3.exceptions.NoSuchKey:
            return []
        return [step["name"] for step in record["steps"]] if record["state"] == "running" else []

    def _command(self, words: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "scripts", *words, "--stack", self.stack]

    @property
    def _env(self) -> dict[str, str]:
        local = deployment.environment(docker.find())
        state = self.cloud.state(self.stack)
        url = self.url or health.cdn_url(state) or health.url(state)
        address = {"PLINTH_URL": url} if url else {}
        return {**os.environ, **local, **address, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": ""}
