"""tags and the links that put them on tasks

A tag belongs to a user, a link joins a task and a tag. The primary key of the links begins with the task;
the way back, from a tag to its tasks and from a deleted tag to its links, has an index of its own.

Revision ID: 8b6e0d53f2a1
Revises: 4f1c2a9b7d30
Create Date: 2025-03-24 14:03:10+00:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "8b6e0d53f2a1"
down_revision: str | tuple[str, ...] | None = "4f1c2a9b7d30"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("id", sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_tags_user_id_users"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_tags_user_id_name")),
        sa.CheckConstraint("name <> '' AND name = lower(btrim(name))", name=op.f("ck_tags_name_tidy")),
    )
    op.create_table(
        "task_tag_links",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "tag_id", name=op.f("pk_task_tag_links")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_tag_links_task_id_tasks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["tags.id"], name=op.f("fk_task_tag_links_tag_id_tags"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_task_tag_links_tag_id"), "task_tag_links", ["tag_id"])


def downgrade() -> None:
    op.drop_table("task_tag_links")
    op.drop_table("tags")
