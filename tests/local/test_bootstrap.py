from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local import bootstrap
from local.bootstrap import BootstrapError


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "requirements"
    folder.mkdir()
    for name in ("program", "dev", "emulator"):
        (folder / f"{name}.txt").write_text(f"# {name}\n")
    return folder


def test_an_environment_is_keyed_by_all_its_lock_files(locks: Path):
    before = bootstrap.venv_dir("program")
    assert bootstrap.venv_dir("program") == before
    (locks / "dev.txt").write_text("pytest==9\n")
    assert bootstrap.venv_dir("program") != before


def test_other_lock_files_do_not_matter(locks: Path):
    before = bootstrap.venv_dir("program")
    (locks / "emulator.txt").write_text("ministack==2\n")
    assert bootstrap.venv_dir("program") == before


def test_an_environment_is_complete_only_after_its_last_step(tmp_path: Path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert not bootstrap.is_complete(tmp_path)
    (tmp_path / ".complete").touch()
    assert bootstrap.is_complete(tmp_path)
    (tmp_path / "bin" / "python").unlink()  # the Python it was made from is gone
    assert not bootstrap.is_complete(tmp_path)


def test_the_link_moves_to_a_new_environment(tmp_path: Path):
    link = tmp_path / ".venv"
    bootstrap.link(tmp_path / "one", link)
    bootstrap.link(tmp_path / "two", link)
    assert link.readlink() == tmp_path / "two"


def test_a_directory_of_the_users_own_is_not_replaced(tmp_path: Path):
    (tmp_path / ".venv").mkdir()
    with pytest.raises(BootstrapError, match="move it away"):
        bootstrap.link(tmp_path / "one", tmp_path / ".venv")


def test_an_old_python_is_told_apart(locks: Path, monkeypatch: pytest.MonkeyPatch):
    assert locks.exists()
    monkeypatch.setattr(bootstrap, "MINIMUM", (99, 0))
    with pytest.raises(BootstrapError, match="too old"):
        bootstrap.ensure("program")


def test_a_failing_install_leaves_an_environment_that_is_made_again(locks: Path):
    (locks / "emulator.txt").write_text("no-such-package==1 --hash=sha256:" + "0" * 64 + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIP_NO_INDEX", "1")
        with pytest.raises(BootstrapError, match="pip could not install"):
            bootstrap.ensure("emulator")
    assert not bootstrap.is_complete(bootstrap.venv_dir("emulator"))


@pytest.fixture
def plinth(tmp_path: Path) -> Path:
    """The operators' command of an environment in the cache, which a project's .venv leads to."""
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "python").symlink_to(sys.executable)
    bootstrap.add_command(tmp_path / "venv")
    project = tmp_path / "project"
    (project / "scripts").mkdir(parents=True)
    (project / "Pulumi.yaml").touch()
    (project / "scripts" / "cli.py").write_text("def main():\n    print(__file__)\n    return 5\n")
    (project / ".venv").symlink_to(tmp_path / "venv")
    return project


def call(command: Path, folder: Path) -> tuple[int, str]:
    done = subprocess.run([str(command)], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_operators_command_works_on_the_project_of_its_link(plinth: Path, tmp_path: Path):
    assert call(plinth / ".venv" / "bin" / "plinth", tmp_path) == (5, f"{plinth}/scripts/cli.py\n")


def test_the_operators_command_on_the_path_works_on_the_project_that_it_is_called_in(plinth: Path, tmp_path: Path):
    command = tmp_path / "venv" / "bin" / "plinth"
    (plinth / "docs").mkdir()
    assert call(command, plinth / "docs") == (5, f"{plinth}/scripts/cli.py\n")
    assert call(command, tmp_path) == (1, "error: this is no folder of a Plinth project\n")


def test_the_operators_command_is_written_once(tmp_path: Path):
    (tmp_path / "bin").mkdir()
    bootstrap.add_command(tmp_path)
    written = (tmp_path / "bin" / "plinth").stat()
    bootstrap.add_command(tmp_path)
    assert (tmp_path / "bin" / "plinth").stat().st_ino == written.st_ino
