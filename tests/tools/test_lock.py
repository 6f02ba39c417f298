from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tools.lock import ROOT, sources

if TYPE_CHECKING:
    from pathlib import Path

LOCKS = [source.with_suffix(".txt") for source in sources()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_every_package_is_pinned_with_hashes(lock: Path):
    entries = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_names_no_index_no_host_and_no_path(lock: Path):
    options = [line for line in lock.read_text().splitlines() if line.startswith("-") or "://" in line]
    assert options == [], "these lines make the lock depend on one machine: run `make lock`"


def test_program_and_tests_run_the_same_versions():
    program, dev = (
        dict(re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("program", "dev")
    )
    assert program.items() <= dev.items()


def test_a_file_is_locked_after_those_that_constrain_it(tmp_path: Path):
    folder = tmp_path / "requirements"
    folder.mkdir()
    (folder / "dev.in").write_text("-r program.in\n-c program.txt\npytest\n")
    (folder / "program.in").write_text("boto3\n")
    assert [path.name for path in sources(tmp_path)] == ["program.in", "dev.in"]
