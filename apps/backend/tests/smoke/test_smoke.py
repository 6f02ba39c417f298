"""The real process, as the image starts it, without database or Redis (AUT-IMG-02)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 20


class Backend:
    """A running backend on a port of its own."""

    def __init__(self, port: int, process: subprocess.Popen[str]) -> None:
        self.port = port
        self.process = process

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; a refused connection is an OSError."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def json(self, path: str) -> tuple[int, Any]:
        status, body = self.get(path)
        return status, json.loads(body)


def clean_environment(**variables: str) -> dict[str, str]:
    """This environment without what would connect the service to something."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    return {**kept, "LOG_LEVEL": "INFO", "LOG_FORMAT": "json", **variables}


@contextmanager
def running(**variables: str) -> Iterator[Backend]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "auterity"],
        cwd=ROOT,
        env=clean_environment(PORT=str(port), **variables),
        stdout=subprocess.PIPE,
        text=True,
    )
    backend = Backend(port, process)
    try:
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                backend.get("/health")
                break
            assert process.poll() is None, "the backend ended at once"
            assert time.monotonic() < deadline, f"no answer within {START_SECONDS} s"
            time.sleep(0.05)
        yield backend
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    with running() as started:
        yield started


@pytest.mark.parametrize("path", ["/health", "/api/health"])
def test_health_answers_without_database(backend: Backend, path: str) -> None:
    status, body = backend.json(path)
    assert status == 200
    assert body.keys() == {"status", "timestamp", "version"}


def test_liveness(backend: Backend) -> None:
    status, body = backend.json("/health/liveness")
    assert (status, body["status"]) == (200, "alive")


def test_version_is_the_images(backend: Backend) -> None:
    expected = os.environ.get("VERSION") or (ROOT / "VERSION").read_text().strip()
    assert backend.json("/api/version") == (200, {"version": expected})


def test_not_ready_without_database(backend: Backend) -> None:
    status, body = backend.json("/health/readiness")
    assert (status, body["status"], body["db_version"]) == (503, "not_ready", None)
    assert body["db_head"]


def test_metrics_count_open_connections(backend: Backend) -> None:
    status, body = backend.get("/metrics")
    assert status == 200
    assert "active_connections 1.0" in body


def test_wrong_environment_is_refused_in_one_line() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "auterity"],
        cwd=ROOT,
        env=clean_environment(PORT="0"),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("PORT: ")
    assert len(result.stderr.splitlines()) == 1


def test_no_request_is_lost_while_draining() -> None:
    """After SIGTERM requests are answered as before, and kept-alive connections are told to close."""
    with running(DRAIN_SECONDS="1.5") as backend:
        kept = HTTPConnection("127.0.0.1", backend.port, timeout=5)
        kept.request("GET", "/health")
        before = kept.getresponse()
        before.read()

        answered: list[int] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                answered.append(backend.get("/health")[0])

        client = threading.Thread(target=ask)
        client.start()
        backend.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        kept.request("GET", "/health")
        during = kept.getresponse()
        during.read()
        time.sleep(0.7)
        stop.set()
        client.join()

        assert before.getheader("Connection") is None
        assert (during.status, during.getheader("Connection")) == (200, "close")
        assert len(answered) > 10
        assert set(answered) == {200}
        output, _ = backend.process.communicate(timeout=10)
        assert backend.process.returncode == 0
        messages = [json.loads(line)["message"] for line in output.splitlines()]
        assert "draining" in messages
