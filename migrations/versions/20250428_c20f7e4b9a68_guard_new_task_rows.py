"""checks on the status of tasks, for new rows

NOT VALID: rows written from now on are checked, those that are there already are not read, so the table is
locked for a moment only. The backfill mends the old rows, a later revision validates both checks.

Revision ID: c20f7e4b9a68
Revises: 8b6e0d53f2a1
Create Date: 2025-04-28 08:40:02+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "c20f7e4b9a68"
down_revision: str | tuple[str, ...] | None = "8b6e0d53f2a1"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.create_check_constraint(
        op.f("ck_tasks_status_known"),
        "tasks",
        "status IN ('todo', 'in_progress', 'completed')",
        postgresql_not_valid=True,
    )
    op.create_check_constraint(
        op.f("ck_tasks_completed_at_fits_status"),
        "tasks",
        "(status = 'completed') = (completed_at IS NOT NULL)",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_constraint(op.f("ck_tasks_completed_at_fits_status"), "tasks", type_="check")
    op.drop_constraint(op.f("ck_tasks_status_known"), "tasks", type_="check")
