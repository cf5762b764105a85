"""The ways to close a finding, each as SQL and as Alembic operations.

Invariants: every name in the SQL is qualified and quoted, so that it runs whatever the search_path; each
statement runs by itself, in order; what cannot run inside a transaction is wrapped in an autocommit block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from toolkit.findings import Fix
from toolkit.schema.objects import Index, Kind, Qualified, Table
from toolkit.sql.quoting import qualified, quote_identifier

AUTOCOMMIT: Final = "with op.get_context().autocommit_block():\n    "


def statements(text: str, *sql: str) -> Fix:
    """SQL to run as it stands."""
    return Fix(text, sql, tuple(executed(each) for each in sql))


def words(text: str) -> Fix:
    """A fix that only a person can write."""
    return Fix(text)


def alter(text: str, table: Qualified, *actions: str) -> Fix:
    """One ALTER TABLE for each action."""
    return statements(text, *(f"ALTER TABLE {table} {action}" for action in actions))


def set_not_null(text: str, table: Qualified, *columns: str) -> Fix:
    """Refuse nulls from now on; fails while rows hold some."""
    fixed = alter(
        text, table, *(f"ALTER COLUMN {quote_identifier(column)} SET NOT NULL" for column in columns)
    )
    operations = tuple(
        f"op.alter_column({table.name!r}, {column!r}, nullable=False, schema={table.schema!r})"
        for column in columns
    )
    return Fix(fixed.text, fixed.sql, operations)


def create_index(
    text: str,
    table: Table,
    columns: Sequence[str],
    name: str,
    *,
    unique: bool = False,
    where: str | None = None,
    method: str = "btree",
) -> Fix:
    """Build an index without blocking writers; of a partitioned table, where that is impossible, at once."""
    concurrently = table.partition_key is None
    sql = "".join(
        (
            "CREATE UNIQUE INDEX " if unique else "CREATE INDEX ",
            "CONCURRENTLY " if concurrently else "",
            f"{quote_identifier(name)} ON {table.qualified}",
            "" if method == "btree" else f" USING {method}",
            f" ({', '.join(map(quote_identifier, columns))})",
            f" WHERE {where}" if where else "",
        )
    )
    options = {
        "unique": unique or None,
        "schema": table.schema,
        "postgresql_where": _text(where) if where else None,
        "postgresql_using": repr(method) if method != "btree" else None,
        "postgresql_concurrently": concurrently or None,
        # A revision that failed behind its autocommit block is run again.
        "if_not_exists": concurrently or None,
    }
    given = [f"{key}={_option(key, value)}" for key, value in options.items() if value is not None]
    call = f"op.create_index({', '.join([repr(name), repr(table.name), repr([*columns]), *given])})"
    return Fix(text, (sql,), ((AUTOCOMMIT if concurrently else "") + call,))


def drop_index(text: str, index: Index, *, partitioned: bool = False) -> Fix:
    """Drop an index without blocking writers, or the constraint it serves."""
    table = Qualified(index.schema, index.table)
    if index.constraint is not None:
        return alter(text, table, f"DROP CONSTRAINT {quote_identifier(index.constraint)}")
    how = "" if partitioned else "CONCURRENTLY "
    sql = f"DROP INDEX {how}{qualified(index.schema, index.name)}"
    given = "" if partitioned else ", postgresql_concurrently=True, if_exists=True"
    call = f"op.drop_index({index.name!r}, {index.table!r}, schema={index.schema!r}{given})"
    return Fix(text, (sql,), (call if partitioned else AUTOCOMMIT + call,))


def comment_on(text: str, kind: Kind, name: str) -> Fix:
    """A comment for a person to write: the statement with the words missing."""
    return words(f"{text}: COMMENT ON {kind.upper()} {name} IS '...'")


def executed(sql: str) -> str:
    """A statement as an Alembic operation."""
    # Alembic reads `:word` as a parameter.
    escaped = re.sub(r"(?<![:\w\\]):(?=\w)", r"\:", sql)
    call = f"op.execute({escaped!r})"
    return (
        AUTOCOMMIT + call if " CONCURRENTLY " in sql or sql.startswith(("VACUUM", "ALTER SYSTEM")) else call
    )


def _text(sql: str) -> str:
    return f"sa.text({sql!r})"


def _option(key: str, value: object) -> str:
    return str(value) if key in ("postgresql_where", "postgresql_using") else repr(value)
