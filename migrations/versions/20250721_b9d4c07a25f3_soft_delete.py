"""tasks are hidden instead of removed

A task with a time in `deleted_at` is deleted. The way back removes those rows for good: without the column
nothing would tell them from live ones any more.

Revision ID: b9d4c07a25f3
Revises: 5a08f9c1b6e2
Create Date: 2025-07-21 09:05:40+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "b9d4c07a25f3"
down_revision: str | tuple[str, ...] | None = "5a08f9c1b6e2"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("tasks", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DELETE FROM tasks WHERE deleted_at IS NOT NULL")
    op.drop_column("tasks", "deleted_at")
