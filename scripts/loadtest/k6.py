"""A load test that somebody wrote for k6 (RPH-OPS-05): https://grafana.com/docs/k6/latest/using-k6/k6-options/reference/."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from scripts.errors import Exit, PlinthError

if TYPE_CHECKING:
    from pathlib import Path

_CROSSED = 99  # how k6 ends when a threshold of the script is crossed


def run(script: Path, url: str) -> None:
    """Run a script of k6, whose thresholds decide; PlinthError when one is crossed, or k6 is not there.

    The script finds the address in API_BASE_URL; AUTH_TOKEN, if it needs one, is the caller's environment's.
    """
    if shutil.which("k6") is None:
        raise PlinthError(
            "k6 is not on PATH, and scripts are for k6",
            "Install it (https://grafana.com/docs/k6/latest/set-up/install-k6/), or leave --script out",
            Exit.USAGE,
        )
    if not script.is_file():
        raise PlinthError(f"there is no script {script}", "Give a script of k6", Exit.USAGE)
    env = {**os.environ, "API_BASE_URL": url}
    code = subprocess.run(["k6", "run", "--quiet", str(script)], env=env, stdout=sys.stderr, check=False).returncode
    if code == _CROSSED:
        raise PlinthError("a threshold of the script was crossed (k6's table is above)", exit_code=Exit.RESOURCE)
    if code != 0:
        raise PlinthError(f"k6 ended with {code} (its messages are above)", exit_code=Exit.ERROR)
