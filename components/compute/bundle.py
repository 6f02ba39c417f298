"""The code of a Lambda function, packed: the same source gives the same bytes, wherever and whenever it is packed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pulumi

from components.packing import EPOCH

SOURCE, REQUIREMENTS = "src", "requirements.txt"
MODE = 0o644 << 16
# What pip writes about the place and the way of an installation; no code needs it.
LEAVINGS = frozenset({"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"})
# Wheels for a C library that the runtime's Linux has: python3.11 is on Amazon Linux 2, with glibc 2.26, later ones on
# Amazon Linux 2023, with 2.34. https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
OLD_PLATFORMS = ("manylinux_2_17_x86_64", "manylinux2014_x86_64")
PLATFORMS = ("manylinux_2_28_x86_64", *OLD_PLATFORMS)
OLD_RUNTIMES = frozenset({"python3.11"})
PACKING = 2
"""Counts the ways of packing: what another way packed is not taken from the cache."""


def bundle(folder: Path, runtime: str) -> tuple[Path, str]:
    """The zip file of a worker's code with its dependencies, and its version: a name for exactly this content.

    Packed once: what was packed before is taken from the user's cache. `runtime` is Lambda's, e.g. ``python3.13``.
    Raises pulumi.RunError when a dependency cannot be had.
    """
    version = content_version(folder, runtime)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "plinth" / "bundles"
    packed = cache / f"{version}.zip"
    if not packed.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            _install(folder, runtime, Path(scratch) / "code")
            _pack(Path(scratch) / "code", Path(scratch) / "code.zip")
            (Path(scratch) / "code.zip").replace(packed)  # whole or not at all
    return packed, version


def content_version(folder: Path, runtime: str) -> str:
    """Changes exactly when the packed code does: paths and bytes of the source, dependencies, runtime."""
    digest = hashlib.sha256(f"{PACKING} {runtime}".encode())
    for path in [folder / REQUIREMENTS, *_files(folder / SOURCE)]:
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "none"
        digest.update(f"\n{path.relative_to(folder).as_posix()} {content}".encode())
    return digest.hexdigest()[:16]


def _install(folder: Path, runtime: str, target: Path) -> None:
    """Dependencies for Lambda's Linux, not for this machine; then the source."""
    target.mkdir()
    platforms = OLD_PLATFORMS if runtime in OLD_RUNTIMES else PLATFORMS
    if (folder / REQUIREMENTS).exists():
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile",
            "--require-hashes", "--only-binary=:all:", "--implementation=cp",
            f"--python-version={runtime.removeprefix('python')}", *(f"--platform={each}" for each in platforms),
            f"--target={target}", f"--requirement={folder / REQUIREMENTS}",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise pulumi.RunError(
                f"The dependencies in {folder / REQUIREMENTS} cannot be installed for {runtime}: {done.stderr.strip()} "
                "Every line names a version and its hashes (uv pip compile --generate-hashes, or pip-compile), and "
                "there is a wheel of it for Linux on x86-64. Nothing was touched."
            )
        shutil.rmtree(target / "bin", ignore_errors=True)  # commands, which name this machine's Python
    shutil.copytree(folder / SOURCE, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def _pack(code: Path, target: Path) -> None:
    # Not compressed: what comes of that is another thing with another zlib.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        for path in _files(code):
            if path.name in LEAVINGS and path.parent.name.endswith(".dist-info"):
                continue
            entry = zipfile.ZipInfo(path.relative_to(code).as_posix(), EPOCH)
            entry.external_attr = MODE
            file.writestr(entry, path.read_bytes())


def _files(folder: Path) -> list[Path]:
    """The files of a folder in the order of their names, Python's own leavings aside."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
