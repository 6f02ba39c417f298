"""Court Case's sample backend, over an SQLite file and a stand-in for Redis: the two ends of its network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi.testclient import TestClient
from redis.exceptions import ConnectionError as RedisConnectionError

BACKEND = Path(__file__).resolve().parents[2] / "systems" / "court-case" / "backend"
sys.path.insert(0, str(BACKEND))  # in the image, its folder is where Python starts

from court_case import application, database  # noqa: E402

from tests.apps.suites import answered_otherwise  # noqa: E402

if TYPE_CHECKING:
    from sqlalchemy import Engine


class Cache:
    """Answers PING, unless it is down."""

    down = False

    def ping(self) -> bool:
        if self.down:
            raise RedisConnectionError("refused")
        return True


@pytest.fixture
def cache() -> Cache:
    return Cache()


@pytest.fixture
def client(engine: Engine, cache: Cache) -> TestClient:
    return TestClient(application.assemble("1.2.3", engine, cache), raise_server_exceptions=False)  # type: ignore[arg-type]


def migrate(engine: Engine) -> None:
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        scripts = ScriptDirectory.from_config(Config(BACKEND / "alembic.ini"))
        with Operations.context(context):
            for script in reversed(list(scripts.walk_revisions())):
                script.module.upgrade()
        context.stamp(scripts, "head")


def test_health_needs_nothing_but_the_process(client: TestClient, cache: Cache) -> None:
    cache.down = True
    answer = client.get("/health")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["version"]) == ("healthy", "1.2.3")


@pytest.mark.requirement("CRT-DEP-06", "CRT-API-25")
def test_ready_says_how_far_the_migrations_are(client: TestClient, engine: Engine) -> None:
    before = client.get("/health/ready")
    assert before.status_code == 503
    assert before.json()["migrations"] == {"head": "0001", "current": None, "up_to_date": False}
    migrate(engine)
    after = client.get("/health/ready")
    assert after.status_code == 200
    assert after.json()["migrations"] == {"head": "0001", "current": "0001", "up_to_date": True}


def test_not_ready_without_redis(client: TestClient, engine: Engine, cache: Cache) -> None:
    migrate(engine)
    cache.down = True
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["redis"]) == (503, "ConnectionError")


@pytest.mark.requirement("CRT-DEP-06", "CRT-IMG-01")
def test_migrations_make_what_the_code_expects(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), database.metadata)
    assert [each for each in differences if "alembic_version" not in str(each)] == []


@pytest.mark.requirement("CRT-SEC-02", "CRT-DEP-07")
def test_the_database_is_reached_over_tls_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "PASSWORD", "HOST", "NAME"):
        monkeypatch.setenv(f"DATABASE_{name}", "x")
    monkeypatch.setenv("DATABASE_SSLMODE", "disable")
    assert database.url().query["sslmode"] == "require"


def test_cases_and_documents(client: TestClient, engine: Engine) -> None:
    migrate(engine)
    assert client.get("/api/v1/cases").json() == []
    case = client.post("/api/v1/cases", json={"title": " A v B "}).json()
    assert case["title"] == "A v B"
    assert client.post(f"/api/v1/cases/{case['id']}/documents", json={"name": "brief"}).status_code == 201
    assert client.post("/api/v1/cases/999/documents", json={"name": "brief"}).status_code == 404
    assert client.post("/api/v1/cases", json={"title": ""}).status_code == 422
    assert [each["title"] for each in client.get("/api/v1/cases").json()] == ["A v B"]


@pytest.mark.requirement("CRT-OPS-12", "CRT-OPS-13", "CRT-OPS-14", "CRT-OPS-15")
@pytest.mark.parametrize("name", ["court-case-prod", "court-case-staging"])
def test_what_validation_asks_for_is_answered_and_changes_nothing(
    client: TestClient, engine: Engine, name: str
) -> None:
    migrate(engine)
    assert answered_otherwise(name, client) == []
    assert client.get("/api/v1/cases").json() == []


def test_validation_finds_what_is_wrong(client: TestClient, cache: Cache) -> None:
    cache.down = True
    found = {each.partition(":")[0] for each in answered_otherwise("court-case-prod", client)}
    assert {"smoke.startup", "integration.database", "integration.redis"} <= found
    assert "smoke.health" not in found
