"""PostgreSQL: the pool of connections and the version of its schema."""

from __future__ import annotations

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, create_engine, text

from auterity.settings import ROOT


def connect(url: URL) -> Engine:
    """A pool that opens its first connection at the first query, so that start-up needs no database."""
    return create_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=3,
        pool_pre_ping=True,  # a failover of the database leaves dead connections in the pool
        # In seconds and milliseconds: a health check must fail before its caller gives up.
        connect_args={"connect_timeout": 3, "tcp_user_timeout": 5000, "application_name": "auterity-backend"},
    )


def ping(engine: Engine) -> None:
    """Run SELECT 1."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def head() -> str | None:
    """The newest revision this code knows."""
    return ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()


def revision(engine: Engine) -> str | None:
    """The revision the database is at, or None where no migration ever ran."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
