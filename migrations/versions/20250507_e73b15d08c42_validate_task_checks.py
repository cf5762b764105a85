"""validate the checks on tasks

Reads the whole table, but reading and writing go on meanwhile (SHARE UPDATE EXCLUSIVE).

Revision ID: e73b15d08c42
Revises: 1d94a6c3e7f5
Create Date: 2025-05-07 08:20:17+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "e73b15d08c42"
down_revision: str | tuple[str, ...] | None = "1d94a6c3e7f5"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None

CHECKS = {
    "ck_tasks_status_known": "status IN ('todo', 'in_progress', 'completed')",
    "ck_tasks_completed_at_fits_status": "(status = 'completed') = (completed_at IS NOT NULL)",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for name in CHECKS:
        op.execute(f"ALTER TABLE tasks VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    # A check only goes back to NOT VALID by being dropped and added again. Nothing is read.
    op.execute("SET LOCAL lock_timeout = '3s'")
    for name, condition in CHECKS.items():
        op.drop_constraint(op.f(name), "tasks", type_="check")
        op.create_check_constraint(op.f(name), "tasks", condition, postgresql_not_valid=True)
