from __future__ import annotations

import socket
from datetime import datetime

import pytest
from auterity import application, database
from auterity.settings import Settings
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from tests.apps.conftest import FakeRedis, Serve
from tests.apps.suites import answered_otherwise

MON_01 = pytest.mark.requirement("AUT-MON-01")


def set_revision(engine: Engine, revision: str) -> None:
    """What alembic leaves behind after migrating to `revision`."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@MON_01
@pytest.mark.requirement("AUT-DEP-02")
@pytest.mark.parametrize("path", ["/health", "/api/health"])
def test_health_has_status_time_and_version(serve: Serve, path: str) -> None:
    answer = serve().get(path)
    body = answer.json()
    assert (answer.status_code, body["status"], body["version"]) == (200, "healthy", "1.2.3")
    assert datetime.fromisoformat(body["timestamp"]).utcoffset() is not None


@MON_01
def test_liveness(serve: Serve) -> None:
    answer = serve().get("/health/liveness")
    assert (answer.status_code, answer.json()["status"]) == (200, "alive")


@MON_01
def test_detailed_times_both_checks(serve: Serve, engine: Engine) -> None:
    answer = serve(engine, FakeRedis()).get("/health/detailed")
    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "healthy")
    assert body["checks"].keys() == {"database", "redis"}
    for check in body["checks"].values():
        assert check["status"] == "healthy"
        assert 0 <= check["response_time_ms"] < 5000  # a duration, not the clock


@MON_01
def test_detailed_fails_with_redis_and_keeps_its_address_inside(serve: Serve, engine: Engine) -> None:
    answer = serve(engine, FakeRedis(down=True)).get("/health/detailed")
    checks = answer.json()["checks"]
    assert answer.status_code == 503
    assert checks["database"]["status"] == "healthy"
    assert checks["redis"] == {"status": "unhealthy", "error": "ConnectionError"}


@MON_01
def test_detailed_fails_where_nothing_listens(closed_port: int) -> None:
    """The real clients against a closed port."""
    settings = Settings(
        database_url=f"postgresql://someone:hidden@127.0.0.1:{closed_port}/auterity",
        redis_url=f"rediss://:hidden@127.0.0.1:{closed_port}/0",
    )
    answer = TestClient(application.create(settings)).get("/health/detailed")
    assert answer.status_code == 503
    assert {name: check["error"] for name, check in answer.json()["checks"].items()} == {
        "database": "OperationalError",
        "redis": "ConnectionError",
    }
    assert "hidden" not in answer.text


@MON_01
def test_detailed_fails_when_nothing_is_configured(serve: Serve) -> None:
    answer = serve().get("/health/detailed")
    assert answer.status_code == 503
    assert {check["error"] for check in answer.json()["checks"].values()} == {"not configured"}


@MON_01
def test_ready_at_the_newest_migration(serve: Serve, engine: Engine) -> None:
    head = database.head()
    assert head
    set_revision(engine, head)
    answer = serve(engine).get("/health/readiness")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "db_version": head, "db_head": head})


@MON_01
def test_not_ready_at_an_older_migration(serve: Serve, engine: Engine) -> None:
    set_revision(engine, "0000")
    answer = serve(engine).get("/health/readiness")
    body = answer.json()
    assert (answer.status_code, body["status"], body["db_version"]) == (503, "not_ready", "0000")
    assert "alembic upgrade head" in body["reason"]


@MON_01
def test_not_ready_without_any_migration(serve: Serve, engine: Engine) -> None:
    answer = serve(engine).get("/health/readiness")
    assert (answer.status_code, answer.json()["db_version"]) == (503, None)


@MON_01
def test_not_ready_when_the_database_is_away(closed_port: int) -> None:
    settings = Settings(database_url=f"postgresql://someone:hidden@127.0.0.1:{closed_port}/auterity")
    answer = TestClient(application.create(settings)).get("/health/readiness")
    assert (answer.status_code, answer.json()["reason"]) == (503, "the database is unreachable")


@pytest.mark.requirement("AUT-CFG-02")
def test_version(serve: Serve) -> None:
    assert serve().get("/api/version").json() == {"version": "1.2.3"}


def test_redis_is_closed_at_the_end(serve: Serve) -> None:
    redis = FakeRedis()
    with serve(redis=redis):
        assert not redis.closed
    assert redis.closed


@pytest.mark.parametrize("name", ["prod", "staging", "auterity-recovery"])
def test_what_validation_asks_for_is_answered(serve: Serve, engine: Engine, name: str) -> None:
    head = database.head()
    assert head is not None
    set_revision(engine, head)
    assert answered_otherwise(name, serve(engine, FakeRedis()), elsewhere=["/"]) == []
