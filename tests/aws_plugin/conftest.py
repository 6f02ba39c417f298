"""An emulator for the tests that need one, and a world of resources made through the plugin."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from local.aws_plugin import tables
from local.aws_plugin.aws import Aws
from local.aws_plugin.catalog import Catalog
from local.aws_plugin.check import Settings, check
from local.aws_plugin.lifecycle import Lifecycle
from local.aws_plugin.plan import Plan
from local.fakes import endpoints as fake_endpoints
from tests.aws_plugin.case import Case
from tests.aws_plugin.cases import CASES

SETTINGS = Settings(region="us-west-2", default_tags={"Environment": "test", "Name": "default"})
_START_SECONDS = 30


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Types and models of all resources."""
    return Catalog(tables.RESOURCES.values())


def free_port() -> int:
    """A port on loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"{process.args!r} ended with {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer within {_START_SECONDS} s")


def _ministack() -> str | None:
    """A Python that has MiniStack: PLINTH_MINISTACK_PYTHON, or the one that `make up` made."""
    named = os.environ.get("PLINTH_MINISTACK_PYTHON")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "plinth"
    found = [named] if named else [str(p) for p in sorted(cache.glob("venv/emulator-*/bin/python"))]
    return next((python for python in found if Path(python).exists()), None)


@pytest.fixture(scope="session")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A fresh MiniStack and our fakes, as the AWS_ENDPOINT_URL variables that reach them."""
    python = _ministack()
    if python is None:
        pytest.skip("no MiniStack: set PLINTH_MINISTACK_PYTHON to a Python that has it, or run `make up` once")
    port, fakes = free_port(), free_port()
    home = tmp_path_factory.mktemp("ministack")
    environment = {
        **os.environ,
        "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "STATE_DIR": str(home / "state"),
        # Without containers: it removes every container that a MiniStack made, those of a running local cloud too.
        "DOCKER_HOST": f"unix://{home}/none.sock",
        "S3_DATA_DIR": str(home / "s3"), "MINISTACK_REGION": "us-west-2", "LOG_LEVEL": "WARNING",
        "PLINTH_FAKES_PORT": str(fakes),
    }  # fmt: skip
    reach = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    root = Path(__file__).parents[2]
    with ExitStack() as stack:
        for command, env, url in (
            ([python, "-m", "local.ministack"], environment, f"http://127.0.0.1:{port}/_ministack/health"),
            (
                [sys.executable, "-m", "local.fakes", "--port", str(fakes)],
                {**environment, **reach},
                f"http://127.0.0.1:{fakes}/health",
            ),
        ):
            log = stack.enter_context((home / f"{command[2]}.log").open("wb"))
            process = subprocess.Popen(command, env=env, cwd=root, stdout=log, stderr=log)
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            _ready(url, process)
        yield {**reach, **fake_endpoints(f"http://127.0.0.1:{fakes}")}


class World:
    """Resources made through the plugin; what a case needs is made once."""

    def __init__(self, catalog: Catalog, aws: Aws) -> None:
        self.catalog = catalog
        self.aws = aws
        self.made: dict[str, dict[str, Any]] = {}
        self._count = 0

    def lifecycle(self, token: str) -> Lifecycle:
        """The four verbs for a type."""
        return Lifecycle(Plan(tables.RESOURCES[token], self.catalog), self.aws, SETTINGS)

    def inputs(self, case: Case, prefix: str) -> dict[str, Any]:
        """Checked inputs with a name of their own; a case with a mistake fails here."""
        self._count += 1
        return self.checked(case.token, case.inputs(self.outputs, f"{prefix}-{self._count}"))

    def checked(self, token: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """Inputs as the plugin's check completes them."""
        found, problems = check(
            Plan(tables.RESOURCES[token], self.catalog), inputs, {}, SETTINGS, urn_name="r", seed=b"seed"
        )
        assert not problems, problems
        return found

    def outputs(self, name: str) -> dict[str, Any]:
        """The outputs of the resource that case `name` makes, made on the first ask."""
        if name not in self.made:
            case = CASES[name]
            resource_id, outputs = self.lifecycle(case.token).create(
                self.checked(case.token, case.inputs(self.outputs, f"need-{name.replace('_', '-')}"))
            )
            self.made[name] = {**outputs, "id": resource_id}
        return self.made[name]


@pytest.fixture(scope="session")
def world(catalog: Catalog, endpoints: dict[str, str]) -> Iterator[World]:
    """A world against the emulator."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in endpoints.items():
            patch.setenv(name, value)
        yield World(catalog, Aws(SETTINGS.region))
