"""tasks have a priority

A native enum, because its members have an order that the server sorts by. A new column with a constant
default does not rewrite the table. The way back loses the priorities.

Revision ID: 5a08f9c1b6e2
Revises: e73b15d08c42
Create Date: 2025-06-16 12:31:55+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "5a08f9c1b6e2"
down_revision: str | tuple[str, ...] | None = "e73b15d08c42"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None

PRIORITY = postgresql.ENUM("low", "medium", "high", "urgent", name="task_priority", create_type=False)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("CREATE TYPE task_priority AS ENUM ('low', 'medium', 'high', 'urgent')")
    op.add_column("tasks", sa.Column("priority", PRIORITY, server_default="medium", nullable=False))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("tasks", "priority")
    op.execute("DROP TYPE task_priority")
