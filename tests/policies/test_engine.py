"""The pack on a program that uses nothing of ours, by the real engine: in a first preview, where no id is known."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from local.commands import clean_env
from tests.scripts.conftest import endpoints, engine_env

__all__ = ["endpoints", "engine_env"]  # fixtures

pytestmark = pytest.mark.emulator
HERE = Path(__file__).parent
PACK = HERE.parents[1] / "policies"
# The rule of each area that is to find its flaw, and where.
EXPECTED = {
    ("acm-1", "certificate"), ("alb-1", "http"), ("alb-6", "front"), ("bkp-1", "vault"), ("ecr-1", "web"),
    ("ech-1", "cache"), ("ecs-2", "web"), ("ecs-7", "web"), ("efs-1", "files"), ("iam-1", "everything"),
    ("iam-4", "worker"), ("kms-1", "key"), ("log-1", "forever"), ("rds-1", "database"), ("rds-3", "database"),
    ("rds-16", "database"), ("rds-17", "database"), ("s3-1", "open"), ("s3-3", "open"), ("sec-3", "secret"),
    ("sg-3", "open"), ("sns-1", "alerts"), ("sqs-1", "jobs"), ("sqs-2", "jobs"), ("sqs-3", "jobs"),
    ("trl-4", "trail"), ("vpc-2", "vpc"),
}  # fmt: skip

LAUNCHER, MODULE, PROGRAM = "pulumi-analyzer-policy-python", "pulumi.policy", "pulumi-language-python-exec"


@dataclass(frozen=True)
class Preview:
    """The program in tests/policies/foreign, previewed with the pack."""

    folder: Path
    env: dict[str, str]

    def __call__(self, config: Any = None, **environment: str) -> subprocess.CompletedProcess[str]:
        arguments = []
        if config is not None:
            (self.folder / "pack.json").write_text(json.dumps(config))
            arguments = ["--policy-pack-config", "pack.json"]
        with self.started(*arguments, **environment) as engine:
            output, _ = engine.communicate()
        return subprocess.CompletedProcess(engine.args, engine.returncode, output)

    def started(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        pack = ["--policy-pack", str(PACK)]
        return subprocess.Popen(
            ["pulumi", "preview", "--stack", "dev", "--non-interactive", "--diff", *pack, *arguments],
            cwd=self.folder,
            env=clean_env({**self.env, **environment}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture(scope="module")
def preview(engine_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Preview:
    folder = Path(shutil.copytree(HERE / "foreign", tmp_path_factory.mktemp("foreign") / "program"))
    subprocess.run(
        ["pulumi", "stack", "init", "dev", "--no-select"],
        cwd=folder,
        env=clean_env(engine_env),
        check=True,
        capture_output=True,
    )
    return Preview(folder, engine_env)


def processes_of(engine: subprocess.Popen[str], *, once: str) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """Once the engine has started this: its pack, which is a shell and what that started, and everything else."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(psutil.NoSuchProcess):
            commands = {each: " ".join(each.cmdline()) for each in psutil.Process(engine.pid).children(recursive=True)}
            if any(once in command for command in commands.values()):
                pack = [each for each, command in commands.items() if LAUNCHER in command or MODULE in command]
                return pack, [each for each in commands if each not in pack]
        time.sleep(0.02)
    raise AssertionError(f"the engine did not start {once}")


def found(output: str) -> set[tuple[str, str]]:
    """Rules' ids with the names of the resources in which the engine says they found something."""
    lines = re.findall(r"\[mandatory\].*  ([a-z0-9]+-\d+)-\S+  \(\S+ ([\w-]+)\)", output)
    return set(lines)


def test_a_sound_program_hears_nothing(preview: Preview) -> None:
    done = preview()
    assert done.returncode == 0, done.stdout
    assert "mandatory" not in done.stdout
    assert "not-judged-yet" not in done.stdout


def test_every_area_finds_its_flaw_before_anything_is_known(preview: Preview) -> None:
    done = preview(FLAWS="1")
    assert done.returncode != 0
    assert found(done.stdout) >= EXPECTED, EXPECTED - found(done.stdout)


def test_an_exemption_holds_and_is_listed_and_a_rule_mends(preview: Preview) -> None:
    exemption = {"rule": "EFS-1", "resource": "*::files", "reason": "scratch", "owner": "them", "until": "2099-12-31"}
    done = preview({"plinth": {"exemptions": [exemption]}, "log-1-retention": "remediate"}, FLAWS="1")
    assert not {("efs-1", "files"), ("log-1", "forever")} & found(done.stdout)
    assert "EFS-1 for *::files until 2099-12-31: scratch (them)" in done.stdout
    assert "+ retentionInDays: 30" in done.stdout


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"efs-1-encripted": "advisory"}, "efs-1-encripted is no policy of this pack"),
        ({"plinth": {"exemptions": [{"rule": "EFS-99"}]}}, "exemptions.1.rule is EFS-99"),
        ({"plinth": {"tiers": {"production": "advisory"}}}, "tiers.production cannot be set"),
    ],
)
def test_what_the_pack_does_not_understand_ends_the_run(preview: Preview, config: Any, words: str) -> None:
    done = preview(config)
    assert done.returncode != 0
    assert words in done.stdout
    assert "Traceback" not in done.stdout


def test_no_process_of_the_pack_outlives_an_engine_that_is_killed(preview: Preview) -> None:
    with preview.started() as engine:
        pack, others = processes_of(engine, once=PROGRAM)
        engine.kill()
    _, alive = psutil.wait_procs(pack, timeout=10)
    for each in (*others, *alive):
        with suppress(psutil.NoSuchProcess):
            each.kill()  # Pulumi's own language host takes minutes to notice
    assert len(pack) == 2
    assert not alive


def test_no_process_of_the_pack_outlives_an_engine_whose_stack_it_refused(preview: Preview) -> None:
    """The engine stops packs that it has configured: not one that refuses already the stack's configuration."""
    settings = (preview.folder / "Pulumi.dev.yaml").read_text()
    (preview.folder / "refused.yaml").write_text(f"{settings}\nconfig: {{'foreign:policies': 'nonsense'}}\n")
    with preview.started("--config-file", "refused.yaml") as engine:
        pack, _ = processes_of(engine, once=MODULE)
        output, _ = engine.communicate(timeout=60)
    _, alive = psutil.wait_procs(pack, timeout=10)
    for each in alive:
        each.kill()
    assert "the policy pack's configuration (foreign:policies) is wrong" in output
    assert len(pack) == 2
    assert not alive
