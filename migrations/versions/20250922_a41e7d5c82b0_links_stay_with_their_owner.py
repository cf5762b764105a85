"""links stay with their owner

Foreign keys over (id, user_id), for new rows. A key over the id alone lets a link join one user's task to
another user's tag, whatever policies say, because foreign keys are checked without them.

Revision ID: a41e7d5c82b0
Revises: 36d8b1f70c9e
Create Date: 2025-09-22 08:15:36+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "a41e7d5c82b0"
down_revision: str | tuple[str, ...] | None = "36d8b1f70c9e"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    for table in ("tasks", "tags"):
        name = f"uq_{table}_id_user_id"
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")
    for column, table in (("task_id", "tasks"), ("tag_id", "tags")):
        op.create_foreign_key(
            op.f(f"fk_task_tag_links_{column}_user_id_{table}"),
            "task_tag_links",
            table,
            [column, "user_id"],
            ["id", "user_id"],
            ondelete="CASCADE",
            postgresql_not_valid=True,
        )


def downgrade() -> None:
    # Dropping a constraint drops its index, and the revision before promises the index. A spare is built
    # first and takes the name; every step can be repeated, as there is no transaction to fall back on.
    with op.get_context().autocommit_block():
        for column, table in (("tag_id", "tags"), ("task_id", "tasks")):
            foreign_key = f"fk_task_tag_links_{column}_user_id_{table}"
            op.execute(f"ALTER TABLE task_tag_links DROP CONSTRAINT IF EXISTS {foreign_key}")
            name = f"uq_{table}_id_user_id"
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}_spare")
            op.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name}_spare ON {table} (id, user_id)")
            op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"ALTER INDEX {name}_spare RENAME TO {name}")
