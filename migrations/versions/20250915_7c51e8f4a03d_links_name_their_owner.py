"""links name their owner

The first of five steps that keep a link with the owner of its task and of its tag. New links must say whose
they are; the old ones are filled in next.

Revision ID: 7c51e8f4a03d
Revises: 0e6f3b82d9c7
Create Date: 2025-09-15 10:22:08+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "7c51e8f4a03d"
down_revision: str | tuple[str, ...] | None = "0e6f3b82d9c7"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.add_column("task_tag_links", sa.Column("user_id", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("ck_task_tag_links_user_id_given"),
        "task_tag_links",
        "user_id IS NOT NULL",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("task_tag_links", "user_id")
