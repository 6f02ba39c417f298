"""The image of UTJFC's backend, read from its Dockerfile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apps.dockerfile import instructions

BACKEND = Path(__file__).resolve().parents[2] / "systems" / "utjfc" / "backend"
TEXT = (BACKEND / "Dockerfile").read_text()


def values(name: str) -> list[str]:
    return [each.value for each in instructions(TEXT) if each.name == name]


@pytest.mark.requirement("UTJ-IMG-01")
def test_the_base_and_its_packages_are_the_sources() -> None:
    assert values("FROM") == ["python:3.11-slim"]
    install = values("RUN")[0]
    wanted = {"build-essential", "libheif-dev", "libde265-dev", "libx265-dev", "pkg-config", "curl"}
    assert wanted <= set(install.split())
    assert "--no-install-recommends" in install
    assert "rm -rf" in install
    assert "/var/lib/apt/lists/*" in install


@pytest.mark.requirement("UTJ-IMG-02")
def test_it_works_in_its_folder_with_its_variables() -> None:
    assert values("WORKDIR") == ["/app"]
    variables = " ".join(values("ENV")).split()
    assert {"PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1", "PORT=80"} <= set(variables)
    assert values("EXPOSE") == ["80"]
    order = [each.value for each in instructions(TEXT) if each.name in {"COPY", "RUN"}]
    copied = order.index("requirements.txt ./")
    installs = order[copied + 1]
    assert "--upgrade pip" in installs
    assert installs.count("--no-cache-dir") == 2
    assert order.index("server.py ./") > copied + 1
    assert any("/tmp/uploads" in each for each in order)  # noqa: S108 - a path in the image


@pytest.mark.requirement("UTJ-IMG-02")
def test_nothing_but_what_it_needs_gets_into_the_image() -> None:
    ignored = (BACKEND / ".dockerignore").read_text().splitlines()
    assert [line for line in ignored if line and not line.startswith("#")] == ["*", "!requirements.txt", "!server.py"]


@pytest.mark.requirement("UTJ-IMG-03")
def test_it_is_asked_for_its_health_and_runs_one_worker() -> None:
    (check,) = values("HEALTHCHECK")
    for option in ("--interval=30s", "--timeout=30s", "--start-period=5s", "--retries=3"):
        assert option in check
    assert check.endswith('CMD ["curl", "-f", "http://localhost:80/health"]')
    assert values("CMD") == ['["uvicorn", "server:app", "--host", "0.0.0.0", "--port", "80", "--workers", "1"]']


@pytest.mark.requirement("UTJ-IMG-04")
def test_it_runs_as_nobody_in_particular() -> None:
    assert values("USER") == ["10001:10001"]
