"""validate the owner of links

Reads the links while reading and writing go on.

Revision ID: d85c0b6e19f4
Revises: a41e7d5c82b0
Create Date: 2025-09-23 08:31:04+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "d85c0b6e19f4"
down_revision: str | tuple[str, ...] | None = "a41e7d5c82b0"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None

CONSTRAINTS = {
    "ck_task_tag_links_user_id_given": "CHECK (user_id IS NOT NULL)",
    "fk_task_tag_links_task_id_user_id_tasks": (
        "FOREIGN KEY (task_id, user_id) REFERENCES tasks (id, user_id) ON DELETE CASCADE"
    ),
    "fk_task_tag_links_tag_id_user_id_tags": (
        "FOREIGN KEY (tag_id, user_id) REFERENCES tags (id, user_id) ON DELETE CASCADE"
    ),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for name in CONSTRAINTS:
        op.execute(f"ALTER TABLE task_tag_links VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    # A constraint can only go back to NOT VALID by being dropped and added again. Nothing is read.
    op.execute("SET LOCAL lock_timeout = '3s'")
    for name, definition in CONSTRAINTS.items():
        op.drop_constraint(op.f(name), "task_tag_links")
        op.execute(f"ALTER TABLE task_tag_links ADD CONSTRAINT {name} {definition} NOT VALID")
