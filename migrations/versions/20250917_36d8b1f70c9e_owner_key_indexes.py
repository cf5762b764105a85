"""indexes for keys that carry the owner

The unique indexes become constraints in the next revision; built here CONCURRENTLY they need no lock that
stops writing. As in every such build of this history, what has the name is dropped first, because it may be
the invalid rest of a build that failed.

Revision ID: 36d8b1f70c9e
Revises: f2a6930bd5e8
Create Date: 2025-09-17 11:02:29+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "36d8b1f70c9e"
down_revision: str | tuple[str, ...] | None = "f2a6930bd5e8"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None


def _create(name: str, table: str, columns: list[str], *, unique: bool = False) -> None:
    _drop(name, table)
    op.create_index(name, table, columns, unique=unique, postgresql_concurrently=True)


def _drop(name: str, table: str) -> None:
    op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        _create("uq_tasks_id_user_id", "tasks", ["id", "user_id"], unique=True)
        _create("uq_tags_id_user_id", "tags", ["id", "user_id"], unique=True)
        _create("ix_task_tag_links_tag_id_user_id", "task_tag_links", ["tag_id", "user_id"])
        _create("ix_task_tag_links_user_id_task_id", "task_tag_links", ["user_id", "task_id"])
        _drop("ix_task_tag_links_tag_id", "task_tag_links")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        _create("ix_task_tag_links_tag_id", "task_tag_links", ["tag_id"])
        _drop("ix_task_tag_links_user_id_task_id", "task_tag_links")
        _drop("ix_task_tag_links_tag_id_user_id", "task_tag_links")
        _drop("uq_tags_id_user_id", "tags")
        _drop("uq_tasks_id_user_id", "tasks")
