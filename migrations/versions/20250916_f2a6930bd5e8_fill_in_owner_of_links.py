"""fill in the owner of old links

The owner is that of the task. A link to another user's tag was a leak, not data: it is removed.

In ranges of tasks, a transaction each; may be stopped and run again.

Revision ID: f2a6930bd5e8
Revises: 7c51e8f4a03d
Create Date: 2025-09-16 10:36:51+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "f2a6930bd5e8"
down_revision: str | tuple[str, ...] | None = "7c51e8f4a03d"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None

FILL_IN = """
DO $$
DECLARE
    reached uuid;
    range_end uuid;
BEGIN
    LOOP
        SELECT task_id INTO range_end FROM (
            SELECT task_id FROM task_tag_links WHERE reached IS NULL OR task_id > reached
            ORDER BY task_id LIMIT 1000
        ) AS next_range ORDER BY task_id DESC LIMIT 1;
        EXIT WHEN range_end IS NULL;
        DELETE FROM task_tag_links AS link USING tasks AS task, tags AS tag
        WHERE (reached IS NULL OR link.task_id > reached) AND link.task_id <= range_end
          AND task.id = link.task_id AND tag.id = link.tag_id AND task.user_id <> tag.user_id;
        UPDATE task_tag_links AS link SET user_id = task.user_id FROM tasks AS task
        WHERE (reached IS NULL OR link.task_id > reached) AND link.task_id <= range_end
          AND task.id = link.task_id AND link.user_id IS DISTINCT FROM task.user_id;
        COMMIT;
        reached := range_end;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(FILL_IN)


def downgrade() -> None:
    """Nothing: the column goes with the revision before; until then an owner that is known does no harm."""
