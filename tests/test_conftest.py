"""The rules of tests/conftest.py, in a pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SKIPPING = "import pytest\ndef test_a(): pass\n@pytest.mark.skip(reason='no Docker engine')\ndef test_b(): pass\n"


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -ra\nmarkers =\n  integration: x\n")
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | environment
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "with xdist"])
def test_a_skip_fails_the_run_on_ci_and_says_why(tmp_path: Path, workers: tuple[str, ...]):
    (tmp_path / "test_it.py").write_text(SKIPPING)
    result = run(tmp_path, *workers, CI="true")
    assert result.returncode == 1, result.stdout
    assert "no Docker engine" in result.stdout
    assert "nothing may be skipped" in result.stdout


def test_a_skip_elsewhere_is_shown_with_its_reason_and_passes(tmp_path: Path):
    (tmp_path / "test_it.py").write_text(SKIPPING)
    result = run(tmp_path)
    assert result.returncode == 0, result.stdout
    assert "no Docker engine" in result.stdout


def test_a_run_without_skips_passes_on_ci(tmp_path: Path):
    (tmp_path / "test_it.py").write_text("def test_a(): pass\n")
    assert run(tmp_path, CI="true").returncode == 0


def test_what_lies_in_integration_is_marked_so(tmp_path: Path):
    (tmp_path / "integration").mkdir()
    (tmp_path / "integration" / "test_deep.py").write_text("def test_a(): pass\n")
    (tmp_path / "test_flat.py").write_text("def test_b(): pass\n")
    listed = run(tmp_path, "-m", "integration", "--collect-only", "-q").stdout
    assert "test_a" in listed
    assert "test_b" not in listed


def test_credentials_of_the_person_are_hidden(tmp_path: Path):
    (tmp_path / "test_it.py").write_text(
        "import os\n"
        "def test_a():\n"
        "    assert 'AWS_PROFILE' not in os.environ\n"
        "    assert os.environ['AWS_ACCESS_KEY_ID'] == 'test'\n"
    )
    result = run(tmp_path, AWS_PROFILE="production", AWS_ACCESS_KEY_ID="AKIAREALREALREALREAL")
    assert result.returncode == 0, result.stdout
