"""Indexes that ought to be there."""

from __future__ import annotations

import re

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import create_index, words
from toolkit.schema.advice.rule import INFO, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Table
from toolkit.sql.quoting import quote_identifier


@rule(
    "filtered-column-without-index",
    INFO,
    name="Column that is filtered by, without an index",
    why="A list filtered by a column that no index knows reads every row. On a small table that is fine; "
    "it grows.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, status varchar(20) NOT NULL);",
    fix="An index that begins with the owner and has the column behind it.",
)
def filtered_column_without_index(scope: Scope) -> Found:
    """A column with a name of the `filtered_columns` setting that no valid index has as a key or in its
    predicate.
    """
    for table, column in scope.columns():
        if column.name not in scope.settings.filtered_columns or _is_indexed(scope, column):
            continue
        owner = scope.owner_column(table.qualified)
        keys = [owner.name, column.name] if owner is not None and owner is not column else [column.name]
        name = scope.free_name(table.schema, f"ix_{table.name}_{'_'.join(keys)}")
        yield Advice(
            column.key,
            f"No index of {table.qualified} knows {column.name}.",
            create_index("index it, behind the owner where there is one", table, keys, name),
            {"rows": scope.rows(table.qualified), "type": column.type},
        )


@rule(
    "soft-delete-without-partial-index",
    INFO,
    name="Deleted rows stay in every index",
    why="Queries ask for the rows that are not deleted. Indexes that hold all of them grow with what "
    "nobody sees any more.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint NOT NULL, deleted_at timestamptz);\n"
    "CREATE INDEX by_user ON tasks (user_id);",
    fix="Indexes for lists `WHERE deleted_at IS NULL`.",
)
def soft_delete_without_partial_index(scope: Scope) -> Found:
    """A table with a column that marks rows as deleted and no valid index limited to those that are not."""
    for table in scope.tables:
        for mark in scope.settings.deleted_columns:
            column = scope.column(table.qualified, mark)
            if column is None or not column.nullable:
                continue
            live = f"{quote_identifier(mark)} IS NULL"
            indexes = [*scope.usable_indexes(table.qualified)]
            if any(live in (index.predicate or "") for index in indexes):
                continue
            yield Advice(
                column.key,
                f"No index of {table.qualified} leaves out the rows that {mark} marks as deleted.",
                _live_index(scope, table, live),
                {"indexes": len(indexes), "rows": scope.rows(table.qualified)},
            )


@rule(
    "table-seq-scan-heavy",
    INFO,
    name="Large table that is read whole again and again",
    why="Each sequential scan of a large table reads everything to return a little; usually one index is "
    "missing.",
    example="-- of more than 100,000 rows, scanned whole more often than by an index\n"
    "CREATE TABLE events (id bigint PRIMARY KEY, kind text);",
    fix="Find the query, `EXPLAIN` it, and index what it filters by.",
    needs_statistics=True,
)
def table_seq_scan_heavy(scope: Scope) -> Found:
    """A large table with more than 100 sequential scans, that return many rows each and outnumber index
    scans.
    """
    for table in scope.every_table:
        known = scope.table_statistics(table.qualified)
        rows = scope.rows(table.qualified) or 0
        if known is None or rows < scope.settings.large_rows or known.sequential_scans <= 100:
            continue
        if known.sequential_scans > known.index_scans and known.sequential_rows > rows * 10:
            yield Advice(
                table.key,
                f"{table.qualified}, {rows:,} rows, was read whole {known.sequential_scans:,} times.",
                words("find the query that does it and index what it filters by"),
                {
                    "rows": rows,
                    "sequential scans": known.sequential_scans,
                    "index scans": known.index_scans,
                    "rows read by scans": known.sequential_rows,
                    "counted since": scope.statistics.since.isoformat() if scope.statistics.since else None,
                },
            )


def _is_indexed(scope: Scope, column: Column) -> bool:
    name = re.escape(quote_identifier(column.name))
    mentioned = re.compile(rf"(?<![\w\".]){name}(?![\w\"])")
    for index in scope.usable_indexes(column.relation):
        texts = [index.predicate, *(key.expression for key in index.keys)]
        if any(key.column == column.name for key in index.keys):
            return True
        if any(text and mentioned.search(text) for text in texts):
            return True
    return False


def _live_index(scope: Scope, table: Table, live: str) -> Fix:
    owner, key = scope.owner_column(table.qualified), scope.primary_keys.get(table.qualified)
    columns = [owner.name] if owner is not None else [*(key.columns if key else ())]
    if not columns:
        return words(f"make the indexes for lists WHERE {live}")
    name = scope.free_name(table.schema, f"ix_{table.name}_{'_'.join(columns)}_live")
    return create_index("index the rows that are not deleted", table, columns, name, where=live)
