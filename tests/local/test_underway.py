"""Creations under way leave a note exactly when their plugin dies."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from local.aws_plugin.underway import VARIABLE, underway

if TYPE_CHECKING:
    from pathlib import Path

URN = "urn:pulumi:prod::plinth::aws:s3/bucket:Bucket::uploads"


def test_a_creation_is_noted_while_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with underway(URN):
        assert [note.read_text() for note in tmp_path.iterdir()] == [URN]
    assert not list(tmp_path.iterdir())


def test_one_that_fails_is_over_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(RuntimeError), underway(URN):
        raise RuntimeError
    assert not list(tmp_path.iterdir())


def test_the_note_of_a_killed_plugin_stays(tmp_path: Path) -> None:
    code = f"import os\nfrom local.aws_plugin.underway import underway\nwith underway({URN!r}): os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code], env={VARIABLE: str(tmp_path)}, check=False)
    assert [note.read_text() for note in tmp_path.iterdir()] == [URN]


def test_without_a_directory_nothing_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with underway(URN):
        pass
