"""How alembic reaches the database: as the service does, over TLS or not at all (CRT-DEP-07)."""

from __future__ import annotations

from alembic import context
from alembic.util import CommandError
from court_case import database
from sqlalchemy import text

# Any number will do, as long as every migration of this database takes the same.
LOCK = 0x43415345

if context.is_offline_mode():
    raise CommandError("Migrations run against a database only: leave out --sql.")
with database.connect().connect() as connection:
    context.configure(connection=connection, target_metadata=database.metadata)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()
