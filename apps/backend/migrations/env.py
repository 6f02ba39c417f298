"""How `alembic upgrade`, `downgrade` and `check` reach the database: over TLS, by the service's own settings."""

from __future__ import annotations

import logging

from alembic import context
from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy import text

from auterity import database, logs
from auterity.models import Base
from auterity.settings import Settings, explain

# Any number will do, as long as every migration of this database takes the same.
LOCK = 0x41555445


def run() -> None:
    """Run the migrations in one transaction, one process at a time."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise CommandError(explain(error)) from None
    logs.configure(settings.log_level, settings.log_format)
    logging.getLogger("alembic.runtime.migration").setLevel(logging.INFO)
    if settings.database is None:
        raise CommandError("No database is configured. Set DATABASE_URL, or DATABASE_HOST and the parts beside it.")
    with database.connect(settings.database).connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()


if context.is_offline_mode():
    raise CommandError("Migrations run against a database only: leave out --sql.")
run()
