"""The preview of pull requests: which stacks, what of GitHub's rights, and one comment each."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.stack_files import known_as, stack_files
from tools.touched import changed_files, entry, touched

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "preview.yml"
ALL = {known_as(file, ROOT) for file in stack_files(ROOT)}
COURT_CASE = {"court-case-prod", "court-case-staging"}


def stacks(*changed: str) -> set[str]:
    return {known_as(file, ROOT) for file in touched(changed, ROOT)}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("components/data/postgres.py", ALL),
        ("settings/stack.py", ALL),
        ("policies/rules/rds.py", ALL),
        ("__main__.py", ALL),
        ("requirements/program.txt", ALL),
        ("systems/court-case/Pulumi.prod.yaml", COURT_CASE),  # staging extends it
        ("systems/court-case/Pulumi.staging.yaml", {"court-case-staging"}),
        ("systems/court-case/backend/app/main.py", COURT_CASE),
        ("Pulumi.staging.yaml", {"staging"}),
        ("README.md", set()),
        ("docs/policies.md", set()),
        ("tests/components/test_data.py", set()),
        ("local/up.py", set()),
        ("systems/court-case/backend-of-another/main.py", set()),
        ("components.md", set()),
    ],
)
def test_a_change_touches_the_stacks_that_are_made_of_it(changed: str, expected: set[str]):
    assert stacks(changed) == expected


def test_an_application_touches_every_stack_that_builds_it():
    assert {"prod", "staging"} <= stacks("apps/backend/src/main.py") < ALL


@pytest.mark.parametrize("folder", ["backend", "image-processor", "web"])
def test_a_service_a_worker_and_a_site_touch_their_stacks(folder: str):
    assert (
        {"rapidphoto-prod"}
        <= stacks(f"systems/rapidphoto/{folder}/src/new.py")
        <= {"rapidphoto-prod", "rapidphoto-dev"}
    )


def test_a_stack_brings_what_the_workflow_must_know():
    assert entry(ROOT / "systems/chatrelay/Pulumi.prod.yaml", ROOT) == {
        "stack": "chatrelay-prod",
        "region": "us-east-1",
        "role": "chatrelay-preview-prod",
        "backend": "s3://example-pulumi-state",
    }
    assert entry(ROOT / "Pulumi.prod.yaml", ROOT)["role"] is None  # nobody deploys it from GitHub


def git(folder: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{what}": "x@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *arguments], cwd=folder, env=os.environ | who, check=True, capture_output=True)


def test_changes_are_those_since_the_branch_left(tmp_path: Path):
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "old").write_text("")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    git(tmp_path, "switch", "--quiet", "--create", "branch")
    git(tmp_path, "mv", "old", "new")
    git(tmp_path, "commit", "--quiet", "--message", "moved")
    git(tmp_path, "switch", "--quiet", "main")
    (tmp_path / "elsewhere").write_text("")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "on main since")
    git(tmp_path, "switch", "--quiet", "branch")
    assert changed_files("main", tmp_path) == ["new", "old"]


def run(module: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False)


def test_the_next_job_gets_the_stacks_that_have_a_role(tmp_path: Path):
    done = run("tools.touched", "HEAD", GITHUB_OUTPUT=str(tmp_path / "output"))
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert (tmp_path / "output").read_text() == "stacks=[]\n"


def test_an_unknown_base_is_one_error():
    done = run("tools.touched", "no-such-branch")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "next: BASE=" in done.stderr


# A gh that keeps comments in a file, each a line of its id and who wrote it, and notes how it is called.
GH = """\
#!{python}
import json, re, sys
from pathlib import Path
here = Path({folder!r})
kept = json.loads((here / "comments").read_text())
asked = sys.argv[1:]
(here / "asked").open("a").write(" ".join(asked) + "\\n")
method = asked[asked.index("--method") + 1] if "--method" in asked else "GET"
body = next((Path(each[6:]).read_text() for each in asked if each.startswith("body=@")), None)
if method == "GET":
    marker = json.loads(re.search(r'startswith\\((".*")\\)', asked[-1])[1])
    for each in kept:
        if each["type"] == "Bot" and each["body"].startswith(marker):
            print(each["id"])
elif method == "POST":
    kept.append({{"id": len(kept) + 1, "type": "Bot", "body": body}})
else:
    next(each for each in kept if str(each["id"]) == asked[3].rpartition("/")[2])["body"] = body
(here / "comments").write_text(json.dumps(kept))
"""


@pytest.fixture
def github(tmp_path: Path) -> Path:
    gh = tmp_path / "gh"
    gh.write_text(GH.format(python=sys.executable, folder=str(tmp_path)))
    gh.chmod(0o755)
    (tmp_path / "comments").write_text("[]")
    return tmp_path


def comment(github: Path, text: str, **env: str) -> subprocess.CompletedProcess[str]:
    (github / "comment.md").write_text(text)
    known = {"PATH": f"{github}:{os.environ['PATH']}", "PULL_REQUEST": "7", **env}
    return run("tools.comment", str(github / "comment.md"), **known)


def bodies(github: Path) -> list[str]:
    return [each["body"] for each in json.loads((github / "comments").read_text())]


def test_each_stack_has_one_comment_that_is_edited(github: Path):
    for text in ("<!-- a -->\nrefused", "<!-- b -->\nfine", "<!-- a -->\nfine now"):
        done = comment(github, text)
        assert done.returncode == 0, done.stderr
    assert bodies(github) == ["<!-- a -->\nfine now", "<!-- b -->\nfine"]
    assert "repos/{owner}/{repo}/issues/7/comments" in (github / "asked").read_text()


def test_what_a_person_wrote_is_not_edited(github: Path):
    (github / "comments").write_text(json.dumps([{"id": 1, "type": "User", "body": "<!-- a -->\nmine"}]))
    comment(github, "<!-- a -->\nrefused")
    assert bodies(github) == ["<!-- a -->\nmine", "<!-- a -->\nrefused"]


def test_a_comment_needs_a_pull_request_and_a_text(github: Path):
    assert comment(github, "x", PULL_REQUEST="").returncode == 2
    assert comment(github, "x", PULL_REQUEST="7/../../8").returncode == 2
    assert not (github / "asked").exists()


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    return dict(yaml.safe_load(WORKFLOW.read_text()))


def test_only_pull_requests_of_the_repository_itself_get_a_role(workflow: dict[Any, Any]):
    assert workflow[True] == "pull_request"  # YAML 1.1 takes the key `on` for a boolean
    assert workflow["jobs"]["touched"]["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    assert workflow["jobs"]["preview"]["needs"] == "touched"


def test_each_job_has_the_rights_that_it_needs(workflow: dict[Any, Any]):
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "lint": {"contents": "read"},
        "touched": {"contents": "read"},
        "preview": {"contents": "read", "id-token": "write", "pull-requests": "write"},
    }
    checkouts = [
        step for job in workflow["jobs"].values() for step in job["steps"] if "checkout" in step.get("uses", "")
    ]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_a_newer_commit_ends_the_preview_of_an_older_one(workflow: dict[Any, Any]):
    group = workflow["jobs"]["preview"]["concurrency"]
    assert group["cancel-in-progress"] is True
    assert {"matrix.stack", "github.event.pull_request.number"} <= set(re.findall(r"\{\{ (\S+) \}\}", group["group"]))


def test_the_verdict_is_told_whatever_became_of_the_preview(workflow: dict[Any, Any]):
    steps = workflow["jobs"]["preview"]["steps"]
    run = {step["run"]: step.get("if") for step in steps if "run" in step}
    assert list(run) == ["make preview", "make gate", "make comment"]
    assert (run["make gate"], run["make comment"]) == ("${{ !cancelled() }}", "${{ !cancelled() }}")
    assert steps[-1]["with"]["include-hidden-files"] is True


def test_what_others_may_name_is_never_part_of_a_command(workflow: dict[Any, Any]):
    """A branch or a file of any name must not become code: such values come by the environment."""
    for job in workflow["jobs"].values():
        assert not any("${{" in step.get("run", "") for step in job["steps"])
