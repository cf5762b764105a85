"""links require their owner

The valid check proves that no owner is missing, so SET NOT NULL reads nothing. The old foreign keys, each of
which locks both tables to go, say less than the new ones.

Revision ID: 92f3e6a7b01d
Revises: d85c0b6e19f4
Create Date: 2025-10-06 09:44:57+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "92f3e6a7b01d"
down_revision: str | tuple[str, ...] | None = "d85c0b6e19f4"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None

SUPERSEDED = {
    "ck_task_tag_links_user_id_given": "CHECK (user_id IS NOT NULL)",
    "fk_task_tag_links_task_id_tasks": "FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE",
    "fk_task_tag_links_tag_id_tags": "FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.alter_column("task_tag_links", "user_id", nullable=False)
    for name in SUPERSEDED:
        op.drop_constraint(op.f(name), "task_tag_links")


def downgrade() -> None:
    # Added and validated in transactions of their own, so that no strong lock is held while rows are read.
    # What a run that was stopped left behind is dropped first.
    with op.get_context().autocommit_block():
        for name, definition in SUPERSEDED.items():
            op.execute(f"ALTER TABLE task_tag_links DROP CONSTRAINT IF EXISTS {name}")
            op.execute(f"ALTER TABLE task_tag_links ADD CONSTRAINT {name} {definition} NOT VALID")
            op.execute(f"ALTER TABLE task_tag_links VALIDATE CONSTRAINT {name}")
        op.alter_column("task_tag_links", "user_id", nullable=True)
