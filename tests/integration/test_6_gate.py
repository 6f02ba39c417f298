"""What the workflow of pull requests does, step by step, on the local cloud: what it lets pass and what it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.cloud import ROOT, Cloud
from tests.tools.test_preview_workflow import GH

STACK = "court-case-staging"
DATABASE = "aws:rds/instance:Instance::postgres"


@dataclass(frozen=True)
class PullRequest:
    """A pull request's stack file, and the comments on it, which a stand-in for `gh` keeps."""

    folder: Path

    def steps(self, **changes: Any) -> dict[str, tuple[int, str]]:
        """Runs the steps of the workflow's job with changes by path; gives the exit code and output of each."""
        document = yaml.safe_load((ROOT / "systems" / "court-case" / "Pulumi.staging.yaml").read_text())
        for path, value in changes.items():
            first, *rest = path.split("__")
            place, key = document["config"], f"plinth:{first}"
            for step in rest:
                place, key = place.setdefault(key, {}), step
            place[key] = value
        file = self.folder / f"Pulumi.{STACK}.yaml"
        file.write_text(yaml.safe_dump(document))
        return {step: self._run(step, file) for step in _commands()}

    def _run(self, step: str, file: Path) -> tuple[int, str]:
        path = os.pathsep.join([str(self.folder), os.environ["PATH"]])
        env = {**os.environ, "STACK": str(file), "PULL_REQUEST": "7", "PATH": path, "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(
            step.split(), cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.returncode, done.stdout

    @property
    def comment(self) -> str:
        """The one comment that there is."""
        [found] = json.loads((self.folder / "comments").read_text())
        return str(found["body"])


def _commands() -> list[str]:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "preview.yml").read_text())
    return [step["run"] for step in workflow["jobs"]["preview"]["steps"] if "run" in step]


@pytest.fixture(scope="module")
def pull_request(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    cloud.ensure(STACK)
    folder = tmp_path_factory.mktemp("pull-request")
    (folder / "gh").write_text(GH.format(python=sys.executable, folder=str(folder)))
    (folder / "gh").chmod(0o755)
    (folder / "comments").write_text("[]")
    return PullRequest(folder)


def test_a_harmless_change_passes(pull_request: PullRequest) -> None:
    steps = pull_request.steps(services__backend__count={"min": 1, "desired": 2, "max": 3})
    assert {step: code for step, (code, _) in steps.items()} == dict.fromkeys(_commands(), 0), steps
    assert "Nothing is refused" in steps["make gate"][1]
    assert f"✅ {STACK}: nothing is refused" in pull_request.comment


def test_a_policy_violation_is_refused(pull_request: PullRequest) -> None:
    steps = pull_request.steps(postgres__parameters={"rds.force_ssl": "0"})
    assert steps["make preview"][0] != 0
    code, said = steps["make gate"]
    assert code != 0
    assert "Error 5" in said, said
    assert "RDS-" in said
    assert f"⛔ {STACK}: refused" in pull_request.comment
    assert "#### Policies" in pull_request.comment


def test_the_replacement_of_a_database_is_refused(pull_request: PullRequest) -> None:
    steps = pull_request.steps(postgres__database="elsewhere")
    assert steps["make preview"][0] == 0, steps["make preview"][1]
    code, said = steps["make gate"]
    assert code != 0
    assert "Error 5" in said, said
    assert "replaces the database, because of dbName" in said
    assert f"| ⛔ | `data-store-lost` | `{DATABASE}` |" in pull_request.comment


def test_an_approval_in_the_stack_file_lets_it_through(pull_request: PullRequest) -> None:
    approval = {
        "change": "data-store-lost",
        "resource": DATABASE,
        "reason": "restored from a snapshot under its new name",
        "owner": "data team",
        "until": "2999-12-31",
    }
    steps = pull_request.steps(postgres__database="elsewhere", approvals=[approval])
    assert steps["make gate"][0] == 0, steps["make gate"][1]
    assert "approved  data-store-lost" in steps["make gate"][1]
    assert "- in force: data-store-lost" in pull_request.comment


def test_none_of_it_changed_anything(cloud: Cloud, pull_request: PullRequest) -> None:
    assert pull_request.comment
    assert cloud.resource(STACK, *DATABASE.split("::"))["inputs"]["dbName"] == "courtcase"
