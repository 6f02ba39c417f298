"""PostgreSQL: the tables, the pool of connections and the version of the schema."""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parent.parent

metadata = sa.MetaData()
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
)
documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
)


def url() -> sa.URL:
    """Where the database is, by the variables that Plinth sets; always over TLS (CRT-DEP-07, CRT-SEC-02)."""
    return sa.URL.create(
        "postgresql+psycopg",
        username=os.environ["DATABASE_USER"],
        password=os.environ["DATABASE_PASSWORD"],
        host=os.environ["DATABASE_HOST"],
        port=int(os.environ.get("DATABASE_PORT", "5432")),
        database=os.environ["DATABASE_NAME"],
        query={"sslmode": "require"},  # libpq's word for asyncpg's ssl=require
    )


def connect() -> sa.Engine:
    """A pool that opens its first connection at the first query, so that start-up needs no database."""
    return sa.create_engine(
        url(),
        pool_pre_ping=True,  # a failover of the database leaves dead connections in the pool
        # Seconds: a health check must fail before its caller gives up.
        connect_args={"connect_timeout": 3, "application_name": "court-case-backend"},
    )


def head() -> str | None:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()


def revision(engine: sa.Engine) -> str | None:
    """The revision that the database is at; None where no migration ever ran."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
