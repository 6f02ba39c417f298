"""Virtual environments from locked requirements, with nothing but the standard library.

Run as a script by the Makefile before any package is there (`python3 local/bootstrap.py program`),
and imported by `local.up` for the emulator's environment. An environment lives in the cache directory
under a key of its lock files and the Python version, so a change of either makes a new one and a
return to an earlier commit finds the old one. `.venv` in the work tree is a link to it.
"""

from __future__ import annotations

import compileall
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINIMUM = (3, 11)

# Environment name -> the lock files (or, before they are locked, the .in files) it is installed from.
ENVIRONMENTS = {"program": ("program", "dev"), "emulator": ("emulator",)}


# `plinth`, the operators' command. It works on the project that its .venv is linked into, or, found on PATH, on the one
# that it is called in: the environment itself lies in the cache, where several work trees may share it.
COMMAND = """\
#!{python} -P
# Written by `make venv`.
import sys
from pathlib import Path

here = Path.cwd()
for root in (Path(sys.argv[0]).absolute().parents[2], here, *here.parents):
    if (root / "scripts" / "cli.py").exists() and (root / "Pulumi.yaml").exists():
        sys.path.insert(0, str(root))
        break
else:
    sys.exit("error: this is no folder of a Plinth project")

from scripts.cli import main

sys.exit(main())
"""


class BootstrapError(Exception):
    """A reason, in words for the user, why the environment cannot be made."""


def cache_dir() -> Path:
    """Where downloads and builds are kept across runs: ``$XDG_CACHE_HOME/plinth``."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "plinth"


def lock_files(name: str) -> list[Path]:
    """The requirement files of environment `name`."""
    return [ROOT / "requirements" / f"{part}.txt" for part in ENVIRONMENTS[name]]


def venv_dir(name: str) -> Path:
    """Where environment `name` belongs for the present lock files and this Python."""
    digest = hashlib.sha256()
    for path in lock_files(name):
        digest.update(path.read_bytes())
    digest.update(f"{sys.version} {sys.base_prefix} {platform.machine()}".encode())
    return cache_dir() / "venv" / f"{name}-{digest.hexdigest()[:12]}"


def is_complete(venv: Path) -> bool:
    """Whether `venv` was installed to its end and its interpreter is still there."""
    return (venv / ".complete").exists() and (venv / "bin" / "python").exists()


def ensure(name: str, *, say: bool = False) -> Path:
    """Make environment `name` if it is not there, and return its directory.

    Raises BootstrapError when Python is too old, or pip fails.
    """
    if sys.version_info < MINIMUM:
        found = ".".join(map(str, sys.version_info[:3]))
        raise BootstrapError(
            f"Python {found} is too old: Plinth needs 3.11 or later. Set PYTHON=python3.11 (or later): "
            "make up PYTHON=/path/to/python3"
        )
    venv = venv_dir(name)
    if is_complete(venv):
        return venv
    venv.parent.mkdir(parents=True, exist_ok=True)
    with venv.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_complete(venv):  # another process may have made it while we waited
            started = time.monotonic()
            _build(name, venv)
            if say:
                took = time.monotonic() - started
                print(f"  ✓ Python packages ({name})  {took:.1f} s", flush=True)
    return venv


def _build(name: str, venv: Path) -> None:
    """Install into the final place (a venv cannot be moved); `.complete` is written last."""
    shutil.rmtree(venv, ignore_errors=True)
    _create(venv)
    python = str(venv / "bin" / "python")
    options = ["--quiet", "--no-compile", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    requirements = [f"--requirement={path}" for path in lock_files(name)]
    _run([python, "-m", "pip", "install", *options, *requirements], "pip could not install the packages")
    site = next((venv / "lib").glob("python3*/site-packages"))
    # pip compiles one file after another; pulumi_aws alone has thousands.
    compileall.compile_dir(site, quiet=2, workers=0, legacy=False)
    (venv / ".complete").touch()


def _create(venv: Path) -> None:
    try:
        import ensurepip  # noqa: F401, PLC0415 - only to learn whether Debian split it off
    except ImportError:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            raise BootstrapError(
                f"this Python cannot make virtual environments. Install the package {package} "
                "(Debian: apt-get install python3-venv), then run the same command again."
            ) from None
        _run(["apt-get", "update", "-qq"], "apt-get update failed")
        _run(["apt-get", "install", "-y", "-qq", package], f"apt-get could not install {package}")
    _run([sys.executable, "-m", "venv", str(venv)], "the virtual environment could not be made")


def _run(command: list[str], failure: str) -> None:
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        tail = "\n    ".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise BootstrapError(f"{failure} (exit code {done.returncode}):\n    {tail}")


def link(venv: Path, at: Path) -> None:
    """Point the link `at` to `venv`, replacing an older link in one step."""
    if at.is_symlink() and at.readlink() == venv:
        return
    if at.exists() and not at.is_symlink():
        raise BootstrapError(f"{at} is a directory of its own: move it away, then run the same command again.")
    fresh = at.with_name(f"{at.name}.{os.getpid()}")
    fresh.symlink_to(venv)
    fresh.replace(at)


def add_command(venv: Path) -> None:
    """Put the operators' command into `venv`."""
    file, text = venv / "bin" / "plinth", COMMAND.format(python=venv / "bin" / "python")
    if file.exists() and file.read_text() == text:
        return
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    fresh.write_text(text)
    fresh.chmod(0o755)
    fresh.replace(file)


def main() -> int:
    """Make the environment named on the command line; link it as .venv when it is the program's."""
    name = sys.argv[1] if len(sys.argv) > 1 else "program"
    try:
        venv = ensure(name, say=True)
        if name == "program":
            add_command(venv)
            link(venv, ROOT / ".venv")
    except BootstrapError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
