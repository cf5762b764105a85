"""mend the status of old tasks

The old program wrote `done` and `doing`, and did not always say when a task was completed. Such rows get the
modern word, and their last change as the time of completion. A time without the status is removed.

Goes through the table in ranges of its primary key and commits after each, so that no row is locked for long.
It may be stopped at any point and run again: a row that is in order is left alone. Needs the checks of the
revision before, or rows could be spoiled again behind it.

Revision ID: 1d94a6c3e7f5
Revises: c20f7e4b9a68
Create Date: 2025-05-06 07:55:31+00:00
"""

from __future__ import annotations

from alembic import op

revision: str = "1d94a6c3e7f5"
down_revision: str | tuple[str, ...] | None = "c20f7e4b9a68"
branch_labels: str | tuple[str, ...] | None = None
depends_on: str | tuple[str, ...] | None = None

MEND = """
DO $$
DECLARE
    reached uuid;
    range_end uuid;
BEGIN
    LOOP
        SELECT id INTO range_end FROM (
            SELECT id FROM tasks WHERE reached IS NULL OR id > reached ORDER BY id LIMIT 1000
        ) AS next_range ORDER BY id DESC LIMIT 1;
        EXIT WHEN range_end IS NULL;
        UPDATE tasks
        SET status =
                CASE status WHEN 'done' THEN 'completed' WHEN 'doing' THEN 'in_progress' ELSE status END,
            completed_at =
                CASE WHEN status IN ('done', 'completed') THEN coalesce(completed_at, updated_at) END
        WHERE (reached IS NULL OR id > reached) AND id <= range_end
          AND (status IN ('done', 'doing') OR (status = 'completed') <> (completed_at IS NOT NULL));
        COMMIT;
        reached := range_end;
    END LOOP;
END
$$
"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(MEND)


def downgrade() -> None:
    """Nothing: how the rows looked is not known any more, and as they are now they fit both revisions."""
