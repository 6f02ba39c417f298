"""The migrations, run by alembic itself on SQLite: what they create is what the code expects."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from auterity import database
from auterity.models import Base
from sqlalchemy import Engine, inspect

from tests.apps.conftest import BACKEND

pytestmark = pytest.mark.requirement("AUT-DEP-04", "CRT-IMG-01")


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(Config(BACKEND / "alembic.ini"))


def migrate(engine: Engine, *, up: bool) -> None:
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        with Operations.context(context):
            revisions = list(scripts().walk_revisions())
            for script in reversed(revisions) if up else revisions:
                script.module.upgrade() if up else script.module.downgrade()


def test_one_head() -> None:
    assert scripts().get_heads() == [database.head()]


def test_upgrade_creates_what_the_models_say(engine: Engine) -> None:
    migrate(engine, up=True)
    assert set(inspect(engine).get_table_names()) == {"users", "workflows", "workflow_executions"}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_downgrade_leaves_nothing(engine: Engine) -> None:
    migrate(engine, up=True)
    migrate(engine, up=False)
    assert inspect(engine).get_table_names() == []
