"""Unique keys that let more through, or less, than they seem to."""

from __future__ import annotations

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import create_index, statements, words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Index
from toolkit.sql.quoting import quote_identifier

_FIRST_WITH_NULLS_NOT_DISTINCT = 15


@rule(
    "unique-over-nullable",
    WARNING,
    name="Unique key over a nullable column",
    why="Two nulls are different to a unique key: rows that look the same may stand there any number of "
    "times.",
    example="CREATE TABLE members (id bigint PRIMARY KEY, team text NOT NULL, seat int, UNIQUE (team, "
    "seat));",
    fix="NOT NULL for the columns, or NULLS NOT DISTINCT (PostgreSQL 15) for the key.",
)
def unique_over_nullable(scope: Scope) -> Found:
    """A unique index of several columns with a nullable one, that treats nulls as different."""
    for index in scope.indexes:
        if not index.unique or index.nulls_not_distinct or len(index.keys) < 2 or not index.valid:
            continue
        nullable = [
            key.column
            for key in index.keys
            if key.column is not None
            and (column := scope.column(index.relation, key.column)) is not None
            and column.nullable
            and f"{quote_identifier(key.column)} IS NOT NULL" not in (index.predicate or "")
            and f"{quote_identifier(key.column)} IS NULL" not in (index.predicate or "")
        ]
        if nullable:
            yield Advice(
                index.key,
                f"{index.name} lets rows repeat where {' or '.join(nullable)} is null.",
                _distinct_nulls(scope, index),
                {"nullable": nullable, "constraint": index.constraint},
            )


@rule(
    "soft-delete-blocks-unique",
    INFO,
    name="Deleted rows keep their unique values",
    why="A row that is only marked as deleted still holds its unique value: the same name cannot be used "
    "again.",
    example="CREATE TABLE labels (id bigint PRIMARY KEY, name text NOT NULL UNIQUE, deleted_at timestamptz);",
    fix="A unique index over the rows that are not deleted, in place of the constraint.",
)
def soft_delete_blocks_unique(scope: Scope) -> Found:
    """A unique key over all rows of a table whose rows are marked as deleted instead of removed."""
    for index in scope.indexes:
        table = scope.table(index.relation)
        marks = [name for name in scope.settings.deleted_columns if scope.column(index.relation, name)]
        columns = [key.column for key in index.keys if key.column is not None]
        if not marks or not index.unique or index.predicate or table is None or table.partition_key:
            continue
        key = scope.primary_keys.get(index.relation)
        holds_key = key is not None and {*key.columns} <= {*columns}
        if (
            holds_key
            or len(columns) < len(index.keys)
            or marks[0] in columns
            or _referenced(scope, index, columns)
        ):
            continue
        made = create_index(
            "make it unique among the rows that are not deleted",
            table,
            columns,
            scope.free_name(index.schema, f"uq_{index.table}_{'_'.join(columns)}_live"),
            unique=True,
            where=f"{quote_identifier(marks[0])} IS NULL",
        )
        drop = (
            f"ALTER TABLE {index.relation} DROP CONSTRAINT {quote_identifier(index.constraint)}"
            if index.constraint
            else f"DROP INDEX CONCURRENTLY {quote_identifier(index.schema)}.{quote_identifier(index.name)}"
        )
        dropped = statements("", drop)
        yield Advice(
            index.key,
            f"{index.name} counts rows of {index.relation} that {marks[0]} marks as deleted.",
            Fix(made.text, made.sql + dropped.sql, made.operations + dropped.operations),
            {"columns": columns, "marked by": marks[0]},
        )


def _referenced(scope: Scope, index: Index, columns: list[str]) -> bool:
    keys = scope.referring.get(index.relation, ())
    return any({*key.referenced_columns} == {*columns} for key in keys)


def _distinct_nulls(scope: Scope, index: Index) -> Fix:
    constraint = next(
        (one for one in scope.parts(index.relation).constraints if one.name == index.constraint), None
    )
    if (
        constraint is None
        or constraint.deferrable
        or _referenced(scope, index, [*constraint.columns])
        or scope.snapshot.server.major < _FIRST_WITH_NULLS_NOT_DISTINCT
        or index.include
    ):
        return words("make the columns NOT NULL, or the index NULLS NOT DISTINCT (PostgreSQL 15)")
    name = quote_identifier(constraint.name)
    columns = ", ".join(quote_identifier(key.column) for key in index.keys if key.column is not None)
    return statements(
        "treat nulls as equal, if no rows repeat; or make the columns NOT NULL",
        f"ALTER TABLE {index.relation} DROP CONSTRAINT {name},"
        f" ADD CONSTRAINT {name} UNIQUE NULLS NOT DISTINCT ({columns})",
    )
