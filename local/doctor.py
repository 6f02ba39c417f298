"""`make doctor`: what this machine has and lacks for the local cloud, and how to get it."""

from __future__ import annotations

import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from local import bootstrap, docker, engine, golang, paths, plugins
from local.errors import LocalCloudError

if TYPE_CHECKING:
    from rich.console import Console

_GIB = 1 << 30
_DISK_NEEDED = 12 * _GIB  # measured: 4 GiB of caches, 4 GiB that Go keeps, and room for images
_MEMORY_NEEDED = 3 * _GIB


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, or how to get it."""

    what: str
    detail: str
    ok: bool = True
    remedy: str = ""


def examine(console: Console) -> bool:
    """Print all findings; whether nothing that is needed is missing."""
    findings = [_python(), _engine(), _image_builder(), _docker(), _emulator(), _disk(), _memory()]
    for each in findings:
        mark = "[green]✓[/green]" if each.ok else "[red]✗[/red]"
        console.print(f"  {mark} {each.what}  [dim]{escape(each.detail)}[/dim]", highlight=False, soft_wrap=True)
        if not each.ok:
            console.print(f"      {escape(each.remedy)}", highlight=False, soft_wrap=True)
    return all(each.ok for each in findings)


def _python() -> Finding:
    return Finding("Python", f"{platform.python_version()} in {sys.prefix}")


def _engine() -> Finding:
    if (found := engine.installed()) is not None:
        return Finding("Pulumi engine", str(found))
    return _buildable("Pulumi engine")


def _image_builder() -> Finding:
    if (plugins.build_tools() / "buildkitd").exists():
        return Finding("Plugin docker-build, BuildKit", str(plugins.build_tools()))
    return _buildable("Plugin docker-build, BuildKit")


def _buildable(what: str) -> Finding:
    try:
        return Finding(what, f"not there yet; make up builds it with {golang.go()}")
    except LocalCloudError as error:
        return Finding(what, str(error), ok=False, remedy=error.remedy)


def _docker() -> Finding:
    found = docker.find()
    if found is not None:
        return Finding("Docker engine", f"{'ours' if found.ours else 'yours'}, {found.host}")
    if docker.can_be_ours():
        return Finding("Docker engine", "none runs; make up starts Debian's, as root")
    return Finding("Docker engine", "none answers", ok=False, remedy=docker.HOW_TO_GET)


def _emulator() -> Finding:
    venv = bootstrap.venv_dir("emulator")
    there = bootstrap.is_complete(venv)
    return Finding("AWS emulator", str(venv) if there else "not there yet; make up installs it")


def _disk() -> Finding:
    paths.CACHE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(paths.CACHE).free
    filled = any((paths.CACHE / name).exists() for name in ("docker", "engine"))
    return Finding(
        "Disk",
        f"{free // _GIB} GiB free for {paths.CACHE}",
        ok=filled or free >= _DISK_NEEDED,
        remedy=f"Free {_DISK_NEEDED // _GIB} GiB there, or point XDG_CACHE_HOME to a larger disk",
    )


def _memory() -> Finding:
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        total = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemTotal"))
    except (OSError, StopIteration):
        return Finding("Memory", "unknown on this system")
    return Finding(
        "Memory",
        f"{total / _GIB:.0f} GiB",
        ok=total >= _MEMORY_NEEDED,
        remedy=f"{_MEMORY_NEEDED // _GIB} GiB are needed for the emulator, its containers and the Go builds",
    )
