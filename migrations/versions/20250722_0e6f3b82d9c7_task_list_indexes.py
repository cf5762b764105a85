"""indexes for the lists of tasks

Built CONCURRENTLY, so outside of a transaction. A build that fails leaves an invalid index behind, and IF NOT
EXISTS would take that one for done: whatever has the name is therefore dropped first, and this revision can
be run again from any point. No lock_timeout: it would cancel the wait for older transactions, and leave just
such an index.

Revision ID: 0e6f3b82d9c7
Revises: b9d4c07a25f3
Create Date: 2025-07-22 09:48:13+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0e6f3b82d9c7"
down_revision: str | tuple[str, ...] | None = "b9d4c07a25f3"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None


def _create(name: str, table: str, columns: list[str], *, where: str | None = None) -> None:
    op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)
    op.create_index(
        name,
        table,
        columns,
        postgresql_concurrently=True,
        postgresql_where=None if where is None else sa.text(where),
    )


def upgrade() -> None:
    with op.get_context().autocommit_block():
        _create(op.f("ix_tasks_user_id_status"), "tasks", ["user_id", "status"])
        _create(
            "ix_tasks_live_newest",
            "tasks",
            ["user_id", "created_at", "id"],
            where="deleted_at IS NULL",
        )
        _create(
            "ix_tasks_live_due",
            "tasks",
            ["user_id", "due_at"],
            where="deleted_at IS NULL AND due_at IS NOT NULL",
        )
        # The first of the new ones begins with the same column.
        op.drop_index(
            op.f("ix_tasks_user_id"), table_name="tasks", postgresql_concurrently=True, if_exists=True
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        _create(op.f("ix_tasks_user_id"), "tasks", ["user_id"])
        for name in ("ix_tasks_live_due", "ix_tasks_live_newest", op.f("ix_tasks_user_id_status")):
            op.drop_index(name, table_name="tasks", postgresql_concurrently=True, if_exists=True)
