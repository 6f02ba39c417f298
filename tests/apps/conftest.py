"""The sample backend over an SQLite file and a stand-in for Redis: the two ends of its network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import Engine, create_engine

BACKEND = Path(__file__).resolve().parents[2] / "apps" / "backend"
sys.path.insert(0, str(BACKEND))  # in the image, its folder is where Python starts

from auterity import application  # noqa: E402
from auterity.metrics import Metrics  # noqa: E402
from auterity.settings import Settings  # noqa: E402


@dataclass
class FakeRedis:
    """Answers PING, unless it is down."""

    down: bool = False
    closed: bool = field(default=False, init=False)

    def ping(self) -> bool:
        if self.down:
            raise RedisConnectionError("Error 111 connecting to cache.internal:6379")
        return True

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def _settings_only_from_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


Serve = Callable[..., TestClient]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path}/auterity.db")
    yield engine
    engine.dispose()


@pytest.fixture
def serve() -> Serve:
    """Starts the application over given clients; a failing route answers 500 as it would in the image."""

    def start(
        engine: Engine | None = None,
        redis: FakeRedis | None = None,
        metrics: Metrics | None = None,
        *,
        draining: bool = False,
    ) -> TestClient:
        app = application.assemble("1.2.3", engine, redis, metrics or Metrics(), lambda: draining)  # type: ignore[arg-type]
        return TestClient(app, raise_server_exceptions=False)

    return start
