"""`plinth db probe`: its program asks a real PostgreSQL, as it does in a task, and its answers are judged."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from scripts.db.probe import MARK, PROGRAM, advice

UNPRIVILEGED = "nobody"  # PostgreSQL does not run as root


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The port of a PostgreSQL with pg_stat_statements, as RDS has it."""
    # Debian and Ubuntu have it beside the PATH, since several versions may be there.
    found = [shutil.which("pg_ctl"), *sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True)]
    known = next((Path(each) for each in found if each), None)
    if known is None:
        pytest.skip("no PostgreSQL server on this machine: install Debian's package postgresql")
    binaries, folder = known.resolve().parent, Path(tempfile.mkdtemp(prefix="probe-"))
    user = {"user": UNPRIVILEGED} if os.geteuid() == 0 else {}
    if user:
        shutil.chown(folder, UNPRIVILEGED)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c shared_preload_libraries=pg_stat_statements"

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "--pgdata", str(folder / "data"), *arguments]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, **user)  # type: ignore[call-overload]

    run("initdb", "--username=shop", "--auth=trust", "--no-sync")
    run("pg_ctl", "start", "--wait", "--options", settings, "--log", str(folder / "log"))
    yield port
    run("pg_ctl", "stop", "--mode=immediate")
    shutil.rmtree(folder)


def connect(port: int) -> psycopg.Connection[Any]:
    return psycopg.connect(f"host=127.0.0.1 port={port} user=shop dbname=postgres", autocommit=True)


def ask(port: int) -> dict[str, Any]:
    """What the program answers, run as the task runs it."""
    env = {
        "DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": str(port), "DATABASE_NAME": "postgres", "DATABASE_USER": "shop",
        "DATABASE_PASSWORD": "x", "DATABASE_SSLMODE": "disable",
    }  # fmt: skip
    command = [sys.executable, "-c", PROGRAM.read_text(encoding="utf-8")]
    said = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(said.removeprefix(MARK)))


@pytest.mark.requirement("AUT-OPS-03", "AUT-OPS-05")
def test_a_database_tells_slow_statements_large_tables_its_hit_ratio_and_who_waits_for_whom(server: int) -> None:
    before = ask(server)
    assert "pg_stat_statements" in before["slow"]["error"]  # and the rest is answered
    with connect(server) as first, connect(server) as second:
        first.execute("CREATE EXTENSION pg_stat_statements")
        first.execute("CREATE TABLE cases AS SELECT generate_series(1, 5000) AS id")
        first.execute("CREATE TABLE notes AS SELECT 1 AS id")
        for _ in range(2):
            first.execute("SELECT pg_sleep(0.15), count(*) FROM cases")
        first.execute("BEGIN")
        first.execute("LOCK TABLE cases")
        waiting = threading.Thread(target=second.execute, args=("SELECT 1 FROM cases",))
        waiting.start()
        while not (held := ask(server))["blocked"]:
            pass
        first.execute("COMMIT")
        waiting.join()
        by, found = first.info.backend_pid, ask(server)
    assert [(each["by_pid"], each["query"]) for each in held["blocked"]] == [(by, "SELECT 1 FROM cases")]
    assert "lock timeout" in held["tables"]["error"]  # and the probe does not wait with the others
    assert "1 sessions wait for others: end the one that blocks, or its transaction" in advice(held)
    (slow,) = found["slow"]
    assert (slow["calls"], slow["query"].startswith("SELECT pg_sleep")) == (2, True)
    assert 150 <= slow["mean_ms"] < slow["total_ms"]
    assert [each["name"] for each in found["tables"]] == ["cases", "notes"]
    assert found["tables"][0]["bytes"] > 5000 * 24
    assert 0 < found["cache"][0]["hit_ratio"] <= 1
    assert (found["connections"][0]["total"], found["blocked"]) == (3, [])


@pytest.mark.requirement("AUT-OPS-04", "AUT-OPS-05")
@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, ""),
        ({"cache": [{"hit_ratio": 0.949}]}, "only 94.9% of reads hit the cache"),
        ({"cache": [{"hit_ratio": 0.95}]}, ""),
        ({"cache": [{"hit_ratio": None}]}, ""),
        ({"connections": [{"total": 81, "most": 100}]}, "81 of 100 connections are taken"),
        ({"connections": [{"total": 80, "most": 100}]}, ""),
        ({"long_running": [{"pid": 1}]}, "1 queries run for more than five minutes"),
        ({"long_running": {"error": "no permission"}, "blocked": {"error": "no permission"}}, ""),
    ],
)
def test_advice_follows_from_the_answers(answers: dict[str, Any], expected: str) -> None:
    found = advice(answers)
    assert len(found) == (1 if expected else 0)
    assert all(each.startswith(expected) for each in found)
