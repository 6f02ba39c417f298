"""Installing Debian packages, where we are root on Debian."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Sequence

from local.commands import run
from local.errors import LocalCloudError

_LOCK = threading.Lock()  # apt allows one at a time, and its lists need to be fetched only once
_updated = False


def available() -> bool:
    """Whether packages can be installed here: root, and apt-get."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: Sequence[str]) -> None:
    """Install `packages` without their recommendations; LocalCloudError when apt-get refuses."""
    global _updated  # noqa: PLW0603 - once per process is what is meant
    names = " ".join(packages)
    if not available():
        raise LocalCloudError(f"these Debian packages are missing: {names}", f"as root: apt-get install {names}")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    with _LOCK:
        if not _updated:
            run(["apt-get", "update", "-qq"], failure="apt-get update failed", env=env)
            _updated = True
        run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
            failure=f"apt-get could not install {names}",
            remedy="make doctor",
            env=env,
        )
