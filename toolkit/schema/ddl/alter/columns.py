"""Columns that change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from toolkit.schema.ddl.alter.lossy import conversion
from toolkit.schema.ddl.alter.options import foreign_changes, set_and_reset
from toolkit.schema.ddl.columns import table_not_null
from toolkit.schema.ddl.sequences import identity_options, identity_statements
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import in_parentheses
from toolkit.schema.objects import Column, NotNull, Table
from toolkit.sql.quoting import quote_identifier, quote_literal


def column_changes(before: Column, after: Column, source: Source) -> Iterator[str] | None:
    """What leads from one column to the other; None where it has to be made anew, as when it starts to be
    generated."""
    starts = after.generated is not None and before.generated is None
    if starts or (after.generated is not None and before.generated_kind != after.generated_kind):
        return None
    if before.generated is not None and after.generated is None and before.generated_kind == "virtual":
        return None
    return _changes(before, after, source)


def _changes(before: Column, after: Column, source: Source) -> Iterator[str]:
    table, name = str(after.relation), quote_identifier(after.name)
    head = f"ALTER TABLE {table} ALTER COLUMN {name}"
    only = f"ALTER TABLE ONLY {table} ALTER COLUMN {name}"
    retyped = (before.type, before.collation) != (after.type, after.collation)
    if before.generated is not None and after.generated is None:
        yield f"{head} DROP EXPRESSION"
    if retyped:
        if before.default is not None:
            yield f"{head} DROP DEFAULT"
        collate = f" COLLATE {after.collation}" if after.collation else ""
        path = () if after.generated else conversion(before.type, after.type)
        using = f" USING {'::'.join([name, *path])}" if path else ""
        yield f"{head} TYPE {after.type}{collate}{using}"
    if after.generated is not None and before.generated != after.generated:
        yield f"{head} SET EXPRESSION AS {in_parentheses(after.generated)}"
    if before.default != after.default or (retyped and before.default is not None):
        if after.default is not None:
            yield f"{only} SET DEFAULT {after.default}"
        elif not retyped:
            yield f"{only} DROP DEFAULT"
    yield from _not_null(before, after, head)
    yield from _identity(before, after, head, source)
    yield from _physical(before, after, only)
    foreign = f"ALTER FOREIGN TABLE {table} ALTER COLUMN {name}"
    yield from foreign_changes(foreign, before.foreign_options, after.foreign_options)


def added_later(column: Column) -> Iterator[str]:
    """The not-null constraint of a new column that nothing fills: rows that are there hold nulls first."""
    head = f"ALTER TABLE {column.relation} ALTER COLUMN {quote_identifier(column.name)}"
    yield from _not_null(replace(column, not_null=None), column, head)


def is_filled(column: Column) -> bool:
    """Whether a new column has a value in the rows that are there."""
    return any((column.default, column.generated, column.identity))


def own_settings(before: Column, after: Column) -> Iterator[str]:
    """What a column has of its own that otherwise follows its parent table's."""
    yield from _physical(
        before, after, f"ALTER TABLE ONLY {after.relation} ALTER COLUMN {quote_identifier(after.name)}"
    )
    if before.default != after.default:
        head = f"ALTER TABLE ONLY {after.relation} ALTER COLUMN {quote_identifier(after.name)}"
        yield f"{head} DROP DEFAULT" if after.default is None else f"{head} SET DEFAULT {after.default}"


def _not_null(before: Column, after: Column, head: str) -> Iterator[str]:
    old, new, table = before.not_null, after.not_null, f"ALTER TABLE {after.relation}"
    if old == new:
        return
    if old and new and old.name and new.name and old.no_inherit == new.no_inherit:
        if old.name != new.name:
            names = f"{quote_identifier(old.name)} TO {quote_identifier(new.name)}"
            yield f"{table} RENAME CONSTRAINT {names}"
        if new.validated and not old.validated:
            yield f"{table} VALIDATE CONSTRAINT {quote_identifier(new.name)}"
        if new.validated or not old.validated:
            yield from _comment(old, new, after)
            return
    if old:
        yield f"{head} DROP NOT NULL"
    if new:
        yield f"{table} ADD {table_not_null(after)}" if new.name else f"{head} SET NOT NULL"
        yield from _comment(NotNull(), new, after)


def _comment(old: NotNull, new: NotNull, column: Column) -> Iterator[str]:
    if old.comment != new.comment and new.name:
        text = "NULL" if new.comment is None else quote_literal(new.comment)
        yield f"COMMENT ON CONSTRAINT {quote_identifier(new.name)} ON {column.relation} IS {text}"


def _identity(before: Column, after: Column, head: str, source: Source) -> Iterator[str]:
    if before.identity == after.identity or not after.identity:
        return
    kind = after.identity.upper()
    sequence = source.identity_sequence(after)
    if before.identity:
        yield f"{head} SET GENERATED {kind}"
    else:
        options = identity_options(sequence) if sequence else ""
        yield f"{head} ADD GENERATED {kind} AS IDENTITY{options}"
        yield from new_identity(after, source)


def new_identity(column: Column, source: Source) -> Iterator[str]:
    """What is said of the sequence of a new identity."""
    sequence, table = source.identity_sequence(column), source.table(column.relation)
    if sequence is not None and isinstance(table, Table):
        yield from identity_statements(sequence, table, source)


def _physical(before: Column, after: Column, head: str) -> Iterator[str]:
    if before.storage != after.storage:
        yield f"{head} SET STORAGE {(after.storage or 'default').upper()}"
    if before.compression != after.compression:
        yield f"{head} SET COMPRESSION {after.compression or 'default'}"
    if before.statistics_target != after.statistics_target:
        target = -1 if after.statistics_target is None else after.statistics_target
        yield f"{head} SET STATISTICS {target}"
    yield from set_and_reset(head, before.options, after.options)
