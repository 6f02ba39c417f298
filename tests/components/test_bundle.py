"""The code of workers, packed: by pip itself, from a package that is made here."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pulumi
import pytest

from components.compute.bundle import OLD_PLATFORMS, bundle, content_version

RUNTIME = "python3.13"
NAME = "tiny-1.0-py3-none-any.whl"


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one package, from which pip installs instead of the network."""
    folder = tmp_path / "packages"
    folder.mkdir()
    files = {
        "tiny/__init__.py": "SIZE = 1\n",
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "tiny-1.0.dist-info/entry_points.txt": "[console_scripts]\ntiny = tiny:main\n",
    }
    record = "".join(
        f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items()
    )  # pip checks what it unpacks
    files["tiny-1.0.dist-info/RECORD"] = record + "tiny-1.0.dist-info/RECORD,,\n"
    with zipfile.ZipFile(folder / NAME, "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def worker(folder: Path, packages: Path, source: str = "def handler(event, context): ...\n") -> Path:
    (folder / "src" / "inner").mkdir(parents=True)
    (folder / "src" / "app.py").write_text(source)
    (folder / "src" / "inner" / "data.txt").write_text("data\n")
    wheel = hashlib.sha256((packages / NAME).read_bytes()).hexdigest()
    (folder / "requirements.txt").write_text(f"tiny==1.0 --hash=sha256:{wheel}\n")
    return folder


@pytest.mark.requirement("RPH-IMG-02")
def test_the_same_source_gives_the_same_bytes_wherever_and_whenever(
    tmp_path: Path, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for place, umask in (("here", 0o022), ("there/deeper", 0o077)):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / place / "cache"))
        before = os.umask(umask)
        try:
            folder = worker(tmp_path / place / "worker", packages)
            os.utime(folder / "src" / "app.py", (umask, umask))
            (folder / "src" / "__pycache__").mkdir()
            (folder / "src" / "__pycache__" / "app.pyc").write_text(place)
            made.append(bundle(folder, RUNTIME))
        finally:
            os.umask(before)
    (first, version), (second, same) = made
    assert first != second
    assert version == same
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.requirement("RPH-CMP-02", "RPH-IMG-02")
def test_what_is_packed_is_the_source_beside_its_dependencies_and_nothing_else(tmp_path: Path, packages: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        packed, _ = bundle(worker(tmp_path / "worker", packages), RUNTIME)
    with zipfile.ZipFile(packed) as file:
        names = file.namelist()
        modes = {entry.external_attr >> 16 for entry in file.infolist()}
    assert names == sorted(names, key=lambda name: Path(name).parts)
    assert set(names) == {
        "app.py",
        "inner/data.txt",
        "tiny/__init__.py",
        *(f"tiny-1.0.dist-info/{name}" for name in ("METADATA", "WHEEL", "entry_points.txt")),
    }
    assert modes == {0o644}


def test_it_is_packed_once(tmp_path: Path, packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = worker(tmp_path / "worker", packages)
    first = bundle(folder, RUNTIME)
    shutil.rmtree(packages)  # pip would fail now
    began = time.monotonic()
    assert bundle(folder, RUNTIME) == first
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("change", ["src/app.py", "src/inner/data.txt", "requirements.txt", "src/new.py"])
def test_another_content_is_another_version(tmp_path: Path, packages: Path, change: str) -> None:
    folder = worker(tmp_path / "worker", packages)
    before = content_version(folder, RUNTIME)
    with (folder / change).open("a") as file:
        file.write("# more\n")
    assert content_version(folder, RUNTIME) != before
    assert content_version(folder, "python3.12") != content_version(folder, RUNTIME)


def test_a_package_that_cannot_be_had_is_the_users_to_mend(
    tmp_path: Path, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = worker(tmp_path / "worker", packages)
    (folder / "requirements.txt").write_text(f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(pulumi.RunError, match=r"requirements\.txt cannot be installed for python3\.13.*absent==1\.0"):
        bundle(folder, RUNTIME)
    assert list((tmp_path / "cache").rglob("*.zip")) == []


@pytest.mark.requirement("RPH-CMP-02")
@pytest.mark.parametrize(("runtime", "old"), [("python3.11", True), ("python3.12", False), ("python3.13", False)])
def test_wheels_are_for_the_linux_of_the_runtime(
    tmp_path: Path, packages: Path, monkeypatch: pytest.MonkeyPatch, runtime: str, *, old: bool
) -> None:
    """Amazon Linux 2, on which python3.11 is, cannot load what needs a newer C library than 2.26."""
    commands = []

    def record(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(subprocess, "run", record)
    bundle(worker(tmp_path / "worker", packages), runtime)
    ((python, *command),) = commands
    platforms = {word.partition("=")[2] for word in command if word.startswith("--platform=")}
    assert python == sys.executable
    assert platforms >= set(OLD_PLATFORMS)
    assert ("manylinux_2_28_x86_64" not in platforms) == old
    assert {"--require-hashes", "--only-binary=:all:", f"--python-version={runtime[6:]}"} <= set(command)
