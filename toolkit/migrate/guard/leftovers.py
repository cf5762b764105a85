"""What an interrupted CONCURRENTLY leaves behind, found before the statement is run again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

from sqlalchemy import Connection, text

from toolkit.migrate.guard.kinds import bare, index_build, index_drop, new_label
from toolkit.sql.quoting import quote_literal

# Formatted, not bound: drivers differ in how they bind.
_LEFTOVER: Final = """
SELECT index.indexrelid::regclass::text,
       EXISTS (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index AS progress
                WHERE progress.index_relid = index.indexrelid)
  FROM pg_catalog.pg_index AS index JOIN pg_catalog.pg_class AS class ON class.oid = index.indexrelid
 WHERE index.indrelid = to_regclass({table}) AND class.relname = {index}
   AND class.relkind = 'i' AND NOT index.indisvalid
"""

_VALID: Final = text("""
SELECT index.indisvalid FROM pg_catalog.pg_index AS index
  JOIN pg_catalog.pg_class AS class ON class.oid = index.indexrelid
 WHERE index.indrelid = to_regclass(:table) AND class.relname = :index
""")

_HAS_LABEL: Final = text("""
SELECT to_regtype(:type) IS NOT NULL,
       EXISTS (SELECT 1 FROM pg_catalog.pg_enum WHERE enumtypid = to_regtype(:type) AND enumlabel = :label)
""")


def clear_leftover(driver: Any, sql: str, tell: Callable[[str], None]) -> None:
    """Drop the invalid index that stands where CREATE INDEX CONCURRENTLY wants to build.

    No query uses it, each write pays for it, and IF NOT EXISTS would take it for the real one. One that
    somebody builds at this moment is left alone.
    """
    build = index_build(sql)
    if build is None:
        return
    with closing(driver.cursor()) as cursor:
        table, index = quote_literal(build.table), quote_literal(bare(build.index))
        # psycopg2 takes a percent sign for a placeholder only where values are given.
        cursor.execute(_LEFTOVER.format(table=table, index=index))
        row = cursor.fetchone()
        if row is None or row[1]:
            return
        cursor.execute(f"DROP INDEX CONCURRENTLY {row[0]}")
    tell(f"The invalid index {row[0]} of an interrupted build was dropped; it is built again.")


def proved(connection: Connection, sql: str) -> bool | None:
    """Whether a statement in doubt has had its effect, by the catalog; None if that cannot be told."""
    build, dropped, label = index_build(sql), index_drop(sql), new_label(sql)
    if build is not None:
        names = {"table": build.table, "index": bare(build.index)}
        return bool(connection.execute(_VALID, names).scalar_one_or_none())
    if dropped is not None:
        found = connection.execute(text("SELECT to_regclass(:name) IS NULL"), {"name": dropped})
        return bool(found.scalar_one())
    if label is not None:
        known, has = connection.execute(_HAS_LABEL, {"type": label[0], "label": label[1]}).one()
        return bool(has) if known else None
    return None
