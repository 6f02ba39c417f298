"""Lock every requirements file with hashes: `make lock`, or `python -m tools.lock --upgrade`.

One lock serves Linux, macOS and every Python from 3.11 on. It names no index, no host and no path, so that an
environment's own settings decide where the packages come from.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Annotated

import typer
import uv

ROOT = Path(__file__).resolve().parent.parent
PATTERNS = ("requirements/*.in", "apps/*/requirements*.in", "systems/*/*/requirements*.in")


def sources(root: Path = ROOT) -> list[Path]:
    """The requirements files, each after those whose locks constrain it."""
    found = [path for pattern in PATTERNS for path in root.glob(pattern)]
    # Constraints go one way, from a shorter list to a longer one: program to dev, an image to its tests.
    return sorted(found, key=lambda path: (_constraints(path), path))


def _constraints(path: Path) -> int:
    """How many locks constrain the packages of `path`."""
    return sum(line.startswith("-c ") for line in path.read_text().splitlines())


def lock(source: Path, *, upgrade: bool, root: Path = ROOT) -> Path:
    """Write the lock of `source` beside it, keeping the versions already there unless told to upgrade."""
    target = source.with_suffix(".txt")
    command = [
        uv.find_uv_bin(), "pip", "compile", "--quiet", "--no-config",
        "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock",
        str(source.relative_to(root)), "--output-file", str(target.relative_to(root)),
    ]  # fmt: skip
    subprocess.run([*command, *(["--upgrade"] if upgrade else [])], cwd=root, check=True)
    return target


def main(*, upgrade: Annotated[bool, typer.Option(help="Take the newest versions allowed.")] = False) -> None:
    """Lock every requirements file with hashes."""
    for source in sources():
        try:
            print(lock(source, upgrade=upgrade).relative_to(ROOT))
        except subprocess.CalledProcessError:
            raise typer.Exit(1) from None  # uv has said why


if __name__ == "__main__":
    typer.run(main)
