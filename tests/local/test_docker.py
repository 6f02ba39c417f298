from __future__ import annotations

import os
from pathlib import Path

import pytest

from local import daemons, docker
from local.errors import LocalCloudError


def claim(owner: Path, pid: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the engine of work tree `owner` be recorded as process `pid`."""
    (owner / "run").mkdir(parents=True, exist_ok=True)
    (owner / "run" / "dockerd.pid").write_text(f"{pid} digest {daemons.start_time(os.getpid())}\n")
    (tmp_path / "owner").write_text(f"{owner}\n")
    monkeypatch.setattr(docker, "_OWNER", tmp_path / "owner")


@pytest.mark.usefixtures("state")
def test_a_second_engine_on_the_machine_is_refused_with_the_first_ones_work_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other = tmp_path / "elsewhere" / ".plinth"
    claim(other, os.getpid(), monkeypatch, tmp_path)
    with pytest.raises(LocalCloudError, match=f"the local cloud of {other.parent} is running") as error:
        docker.start_own()
    assert error.value.remedy.startswith(f"make -C {other.parent} down")


@pytest.mark.usefixtures("state")
def test_the_engine_of_a_dead_process_owns_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    claim(tmp_path / "elsewhere" / ".plinth", 2**22 + 1, monkeypatch, tmp_path)
    assert docker.other_owner() is None


def test_our_own_engine_is_no_other(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    claim(state, os.getpid(), monkeypatch, tmp_path)
    assert docker.other_owner() is None
