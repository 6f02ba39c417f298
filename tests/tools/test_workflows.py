"""Workflows of GitHub Actions: what all of them keep to."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from settings.stack_files import stack_files
from tests.components.stacks import stack
from tools.rebuild import rebuild

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
KEYS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def load(path: Path) -> dict[Any, Any]:
    return dict(yaml.safe_load(path.read_text()))


def jobs(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return list(workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit_and_say_which_version_it_is(path: Path) -> None:
    """A tag can be moved to other code; a commit cannot."""
    used = re.findall(r"uses: (\S+)(.*)", path.read_text())
    assert used
    for action, comment in used:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+(\.\d+)*", comment), action


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_runs_is_a_target_of_make(path: Path) -> None:
    """What a workflow does, a person can do by the same words."""
    runs = [step["run"] for job in jobs(load(path)) for step in job["steps"] if "run" in step]
    assert runs
    for run in runs:
        for line in run.strip().splitlines():
            found = re.match(r"make ([a-z-]+)", line)
            assert found, line
            assert found[1] in TARGETS, line


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_nothing_that_its_job_does_not_ask_for(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    for job in jobs(workflow):
        assert isinstance(job["permissions"], dict)
        assert job["timeout-minutes"] <= 60
    assert not any(key in path.read_text() for key in KEYS)


@pytest.mark.requirement("UTJ-IMG-05", "UTJ-MAN-06")
def test_images_are_rebuilt_every_month() -> None:
    workflow = load(ROOT / ".github" / "workflows" / "rebuild.yml")
    # YAML 1.1, which PyYAML reads, takes the key `on` for a boolean.
    [schedule] = workflow[True]["schedule"]
    _minute, _hour, day, month, weekday = schedule["cron"].split()
    assert day.isdigit()
    assert (month, weekday) == ("*", "*")
    assert "make rebuild" in [step.get("run") for job in jobs(workflow) for step in job["steps"]]


@pytest.mark.requirement("UTJ-IMG-05")
def test_rebuilding_writes_the_month_and_nothing_else(tmp_path: Path) -> None:
    copies = [tmp_path / f"{number}.yaml" for number, _ in enumerate(stack_files(ROOT))]
    for copy, file in zip(copies, stack_files(ROOT), strict=True):
        copy.write_text(file.read_text())
    before = {copy: copy.read_text() for copy in copies}
    changed = rebuild(copies, "2031-01")
    assert changed == [copy for copy in copies if "rebuilt:" in before[copy]]
    for copy in changed:
        there = copy.read_text()
        was, now = set(before[copy].splitlines()) - set(there.splitlines()), set(there.splitlines())
        assert len(was) == 1
        assert yaml.safe_load(there)["config"]["plinth:images"]["rebuilt"] == "2031-01"
        assert {line for line in now if line not in before[copy].splitlines()} == {
            re.sub(r'"[0-9-]+"', '"2031-01"', was.pop())
        }
    assert rebuild(copies, "2031-01") == []


@pytest.mark.requirement("UTJ-IMG-05")
def test_utjfcs_production_is_rebuilt() -> None:
    assert stack("utjfc-prod").images.rebuilt


def test_what_has_changed_is_proposed_on_a_branch_and_nothing_if_nothing_has(tmp_path: Path) -> None:
    """With git as it is, and a `gh` that notes how it is called."""
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text('#!/bin/sh\necho "$@" >> "$ASKED"\n[ "$2" = create ] || cat "$OPEN"\n')
    gh.chmod(0o755)
    asked, work, origin = tmp_path / "asked", tmp_path / "work", tmp_path / "origin"
    there = tmp_path / "open"
    there.write_text("[]")
    who = {f"GIT_{role}_{what}": "bot@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {
        **os.environ,
        **who,
        "ASKED": str(asked),
        "OPEN": str(there),
        "PATH": f"{gh.parent}:{os.environ['PATH']}",
    }

    def run(*command: str) -> str:
        return subprocess.run(command, cwd=work, env=environment, check=True, capture_output=True, text=True).stdout

    def propose() -> None:
        run("make", "-f", str(ROOT / "Makefile"), "propose", "BRANCH=rebuild", "TITLE=build: this month's base")

    work.mkdir()
    run("git", "init", "--quiet", "--bare", str(origin))
    run("git", "init", "--quiet")
    run("git", "remote", "add", "origin", str(origin))
    (work / "file").write_text("before")
    run("git", "add", "file")
    run("git", "commit", "--quiet", "--message", "first")
    propose()
    assert not asked.exists()
    (work / "file").write_text("after")
    propose()
    assert asked.read_text().splitlines()[1:] == ["pr create --fill --head rebuild"]
    assert run("git", "log", "-1", "--format=%s", "origin/rebuild").strip() == "build: this month's base"
    # What is still open is brought up to date.
    there.write_text('[{"url": "https://github.com/example/plinth/pull/1"}]')
    (work / "file").write_text("later")
    propose()
    assert sum("create" in line for line in asked.read_text().splitlines()) == 1
    assert run("git", "show", "origin/rebuild:file") == "later"
