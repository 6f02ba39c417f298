"""A local cloud's directories of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from local import paths


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point every path of the running cloud into `tmp_path`; returns its state directory."""
    root = tmp_path / "state"
    monkeypatch.setattr(paths, "STATE", root)
    folders = {"RUN": "run", "LOGS": "logs", "STACKS": "stacks", "PULUMI_STATE": "state"}
    folders |= {"PULUMI_HOME": "pulumi", "DOCKER_CONFIG": "docker"}
    for name, folder in folders.items():
        monkeypatch.setattr(paths, name, root / folder)
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    paths.make_state_dirs()
    return root
