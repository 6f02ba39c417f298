"""Users, workflows and their executions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _reference(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, index=True)


def _now(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "users",
        _id(),
        sa.Column("email", sa.String(320), nullable=False, unique=True),
        _now("created_at"),
    )
    op.create_table(
        "workflows",
        _id(),
        _reference("owner_id", "users.id"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("workflow_type", sa.String(50), nullable=False),
        _now("created_at"),
    )
    op.create_table(
        "workflow_executions",
        _id(),
        _reference("workflow_id", "workflows.id"),
        sa.Column("status", sa.String(20), nullable=False),
        _now("started_at"),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    """Drop them, and what they hold."""
    op.drop_table("workflow_executions")
    op.drop_table("workflows")
    op.drop_table("users")
