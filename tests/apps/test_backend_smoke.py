from __future__ import annotations

import subprocess
import sys

import pytest

from tests.apps.conftest import BACKEND


@pytest.mark.requirement("AUT-IMG-02", "AUT-CFG-02")
def test_the_images_smoke_tests_pass() -> None:
    """The command of the `test` image, here on the same code with this environment's packages."""
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/smoke/", "-v"],
        cwd=BACKEND,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert " passed" in result.stdout
