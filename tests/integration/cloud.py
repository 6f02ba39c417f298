"""The local cloud as the tests drive it: by the same commands as a person, and by boto3 where they look behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import boto3
import yaml

from local import checkpoint, daemons, deployment, docker, emulator, records, stackfile
from local.checkpoint import Checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
REGION = "us-west-2"  # of both stack files
UP_SECONDS = 900  # a hang, not a slow machine


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    output: str

    @property
    def changes(self) -> dict[str, int]:
        """What pulumi's closing summary counts: created, updated, replaced, deleted, unchanged."""
        closing = self.output.rpartition("Resources:\n")[2]
        return {
            word: int(number)
            for number, word in re.findall(r"(\d+) (created|updated|replaced|deleted|unchanged)", closing)
        }


class Cloud:
    """`make up` and its like, and the clients of the emulator."""

    def up(self, stack: str | Path, *, accept: bool = True) -> Done:
        """`make up STACK=…`; unless `accept` is False it must succeed."""
        return self._local("up", str(stack), accept=accept)

    def ensure(self, stack: str) -> None:
        """The same, unless an earlier test has done it in this life of the emulator."""
        record = records.load(stack)
        if record is None or record.outcome != "up" or record.emulator != daemons.boot_id(emulator.NAME):
            self.up(stack)

    def down(self, stack: str | None = None) -> Done:
        """`make down`, of one stack or of everything."""
        return self._local("down", *([stack] if stack else []), accept=True)

    def prepare(self, stack: str) -> None:
        """A stack that Pulumi knows, and that has nothing yet."""
        file, engine = stackfile.find(stack), docker.find()
        assert engine is not None
        file.write_copy()
        deployment.create(file.name, engine)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The same commands, left running: to be interrupted."""
        return subprocess.Popen(
            [sys.executable, "-m", "local", *arguments],
            cwd=ROOT,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def pulumi(self, *arguments: str, stack: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Done:
        """The engine itself, on a stack of the local cloud."""
        command = ["pulumi", *arguments, "--stack", stack]
        done = _run(command, {**_environment(), **deployment.environment(docker.find()), **(env or {})}, cwd=cwd)
        return Done(done.returncode, done.stdout)

    def differences(self, stack: str) -> Done:
        """Fails if the program asks for anything that is not so, be it new or changed behind Pulumi's back."""
        flags = ("--refresh", "--diff", "--expect-no-changes", "--non-interactive")
        config = str(ROOT / ".plinth" / "stacks" / f"{stack}.yaml")
        return self.pulumi("preview", *flags, "--config-file", config, stack=stack)

    def stacks(self) -> list[str]:
        """The stacks that exist."""
        return checkpoint.names()

    def state(self, stack: str) -> Checkpoint:
        """What Pulumi has recorded of a stack."""
        return Checkpoint(stack)

    def resource(self, stack: str, kind: str, name: str) -> dict[str, Any]:
        """One resource of the state, by ``aws:…`` type and logical name."""
        ending = f"{kind}::{name}"
        return next(each for each in self.state(stack).resources if each["urn"].endswith(ending))

    def url(self, stack: str) -> str:
        """Where the stack's load balancer answers."""
        return f"{emulator.endpoint()}/_alb/{self.state(stack).outputs['load_balancer_name']}"

    def client(self, service: Any, region: str = REGION) -> Any:
        """A boto3 client of the emulator, in Auterity's region unless told."""
        return boto3.client(
            service,
            endpoint_url=emulator.endpoint(service),
            region_name=region,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def containers(self) -> list[dict[str, str]]:
        """The containers that the emulator runs: tasks, databases, caches."""
        engine = docker.find()
        return engine.containers("label=ministack") if engine else []

    def sql(self, instance: str, query: str, region: str = REGION) -> str:
        """What PostgreSQL answers, asked in the container of an instance."""
        engine = docker.find()
        assert engine is not None
        rds = self.client("rds", region)
        found = rds.describe_db_instances(DBInstanceIdentifier=instance)["DBInstances"][0]
        for each in self.containers():
            network = engine.run("inspect", "--format", "{{.NetworkSettings.IPAddress}}", each["ID"], failure="inspect")
            if network.strip() == found["Endpoint"]["Address"]:
                user = f"--username={found['MasterUsername']}"
                psql = ("exec", each["ID"], "psql", user, "--tuples-only", "--command", query, found["DBName"])
                return engine.run(*psql, failure="psql failed").strip()
        raise AssertionError(f"{instance} has no container")

    def _local(self, *arguments: str, accept: bool) -> Done:
        done = _run([sys.executable, "-m", "local", *arguments], _environment())
        if accept:
            assert done.returncode == 0, f"local {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}"
        return Done(done.returncode, done.stdout)


def get(url: str) -> tuple[int, str]:
    """Status and body of a GET; status 0 when nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - loopback
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Returns once the condition holds; fails the test when it takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.2)


@dataclass
class Load:
    """Requests without a pause, in the background, and what became of them."""

    url: str
    statuses: Counter[int] = field(default_factory=Counter)
    versions: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        time.sleep(1)  # what is under way when the deployment ends counts too
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._stop.wait(0.02):
            status, body = get(self.url)
            self.statuses[status] += 1
            if status != 200:
                self.failures.append(f"{status} {body}")
            elif (version := json.loads(body)["version"]) not in self.versions[-1:]:
                self.versions.append(version)


def stack_file(directory: Path, name: str, *, source: str = "prod", **changes: Any) -> Path:
    """A copy of a stack file with changes by path, as ``postgres__multi_az=False``; the stack is called `name`."""
    document = yaml.safe_load((ROOT / f"Pulumi.{source}.yaml").read_text())
    for path, value in changes.items():
        first, *rest = path.split("__")
        place, key = document["config"], f"plinth:{first}"
        for step in rest:
            place, key = place.setdefault(key, {}), step
        place[key] = value
    file = directory / f"Pulumi.{name}.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    return file


def _environment() -> Mapping[str, str]:
    """A person's shell, set to another AWS than the local one: it must not matter."""
    elsewhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "eu-central-1"}
    return {**os.environ, **elsewhere, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": ""}


def _run(command: list[str], env: Mapping[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=UP_SECONDS,
        check=False,
    )
