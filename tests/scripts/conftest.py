"""The real engine on a small program, against the private emulator of tests/aws_plugin."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

from local import engine, paths, plugins
from local.commands import clean_env
from local.steps import Steps
from tests.aws_plugin.conftest import endpoints

__all__ = ["endpoints"]  # a fixture

HERE = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Shop:
    """The program in tests/scripts/shop, deployed as it is."""

    folder: Path
    env: dict[str, str]

    @cache  # noqa: B019 - there is one
    def preview(self, change: str) -> dict[str, str]:
        """A preview of a change in both of the engine's formats; the first is of a stack that is not there yet."""
        log = self.folder / f"{change}.jsonl"
        pack = ["--policy-pack", "pack"] if change == "violating" else []
        stack = "new" if change == "first" else "dev"
        done = self.pulumi("preview", "--json", "--event-log", str(log), *pack, shop=change, stack=stack)
        return {"json": done.stdout, "jsonl": log.read_text()}

    def pulumi(self, *arguments: str, shop: str = "open", stack: str = "dev") -> subprocess.CompletedProcess[str]:
        """The engine on it; `shop` says how the program is changed."""
        return subprocess.run(
            ["pulumi", *arguments, "--stack", stack, "--non-interactive"],
            cwd=self.folder,
            env=clean_env({**self.env, "SHOP": shop}),
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def engine_env(endpoints: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the real engine needs, to work against the private emulator and with a state of its own."""
    home = tmp_path_factory.mktemp("engine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "PULUMI_HOME", home / "pulumi")
        plugins.link_plugins()
    with Steps(Console(stderr=True)) as steps:
        engines = engine.ensure(steps)
    (home / "state").mkdir()
    return {
        **endpoints,
        "PATH": os.pathsep.join([str(engines), str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PULUMI_HOME": str(home / "pulumi"),
        "PULUMI_BACKEND_URL": f"file://{home / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "open-sesame",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DEBUG_COMMANDS": "1",  # --event-log
        "AWS_REGION": "us-west-2",
    }


@pytest.fixture(scope="session")
def shop(engine_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = Shop(Path(shutil.copytree(HERE / "shop", tmp_path_factory.mktemp("shop") / "shop")), engine_env)
    for stack, *arguments in (
        ("new", "stack", "init", "--no-select"),
        ("dev", "stack", "init", "--no-select"),
        ("dev", "up", "--yes", "--skip-preview"),
    ):
        done = shop.pulumi(*arguments, stack=stack)
        assert done.returncode == 0, done.stdout + done.stderr
    return shop
