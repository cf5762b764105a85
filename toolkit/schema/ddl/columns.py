"""Columns: their definition inside `CREATE TABLE`, and what can only be said afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.schema.ddl.attributes import comment_on
from toolkit.schema.ddl.privileges import grant_statements
from toolkit.schema.ddl.sequences import identity_options
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import foreign_options, in_parentheses, storage_option
from toolkit.schema.objects import Column, NotNull
from toolkit.sql.quoting import quote_identifier

_LONGEST_NAME: Final = 63


def column_definition(column: Column, source: Source, *, typed: bool = False) -> str:
    """The column as `CREATE TABLE` takes it. `typed` leaves out the type, which a typed table has."""
    words = [quote_identifier(column.name), "WITH OPTIONS" if typed else column.type]
    if column.compression:
        words.append(f"COMPRESSION {column.compression}")
    if column.foreign_options:
        words.append(foreign_options(column.foreign_options).strip())
    if column.collation:
        words.append(f"COLLATE {column.collation}")
    if column.default is not None and not default_is_late(column, source):
        words.append(f"DEFAULT {column.default}")
    if column.generated is not None:
        kind = (column.generated_kind or "stored").upper()
        words.append(f"GENERATED ALWAYS AS {in_parentheses(column.generated)} {kind}")
    words += _identity(column, source)
    if column.not_null is not None and column.not_null.validated:
        words.append(not_null_clause(column, source))
    return " ".join(words)


def default_is_late(column: Column, source: Source) -> bool:
    """Whether the default calls code of users, which may need the table itself."""
    return column.default is not None and source.mentions_code(column.default)


def not_null_clause(column: Column, source: Source) -> str:
    """`NOT NULL`, with its name where the server would choose another one."""
    found = column.not_null or NotNull()
    usual = f"{column.table}_{column.name}_not_null"
    is_usual = len(usual.encode()) <= _LONGEST_NAME and source.is_only_name(column.schema, usual)
    name = found.name
    text = "NOT NULL" if name is None or (name == usual and is_usual) else f"{_constraint(name)} NOT NULL"
    return f"{text} NO INHERIT" if found.no_inherit else text


def table_not_null(column: Column) -> str:
    """A named not-null constraint as a part of `CREATE TABLE` or `ALTER TABLE ADD`."""
    found = column.not_null or NotNull()
    name = f"{_constraint(found.name)} " if found.name else ""
    rest = (" NO INHERIT" if found.no_inherit else "") + ("" if found.validated else " NOT VALID")
    return f"{name}NOT NULL {quote_identifier(column.name)}{rest}"


def column_settings(column: Column, inherited: Column | None = None) -> Iterator[str]:
    """What follows `ALTER TABLE ONLY name`, to set what a definition cannot hold.

    `inherited` is the column of the parent table that this one has come from with its attributes.
    """
    alter = f"ALTER COLUMN {quote_identifier(column.name)}"
    if column.storage != (inherited.storage if inherited else None):
        yield f"{alter} SET STORAGE {(column.storage or 'default').upper()}"
    if inherited is not None and column.compression != inherited.compression:
        yield f"{alter} SET COMPRESSION {column.compression or 'default'}"
    if column.statistics_target is not None:
        yield f"{alter} SET STATISTICS {column.statistics_target}"
    if column.options:
        yield f"{alter} SET ({', '.join(map(storage_option, column.options))})"


def inherited_differences(column: Column, inherited: Column, source: Source) -> Iterator[str]:
    """What follows `ALTER TABLE ONLY name` where a column is not as it came from its parent table."""
    alter = f"ALTER COLUMN {quote_identifier(column.name)}"
    if column.default != inherited.default and not default_is_late(column, source):
        yield f"{alter} DROP DEFAULT" if column.default is None else f"{alter} SET DEFAULT {column.default}"
    if column.not_null and not inherited.not_null and column.not_null.name is None:
        yield f"{alter} SET NOT NULL"


def column_rest(column: Column, relation: str) -> Iterator[str]:
    """Comments and grants."""
    name = quote_identifier(column.name)
    yield from comment_on(f"COLUMN {relation}.{name}", column.comment)
    if column.not_null is not None and column.not_null.name and column.not_null.comment is not None:
        target = f"{_constraint(column.not_null.name)} ON {relation}"
        yield from comment_on(target, column.not_null.comment)
    yield from grant_statements(f"TABLE {relation}", (), column.grants, columns=f" ({name})")


def _identity(column: Column, source: Source) -> Iterator[str]:
    sequence = source.identity_sequence(column)
    if column.identity and sequence:
        yield f"GENERATED {column.identity.upper()} AS IDENTITY{identity_options(sequence)}"


def _constraint(name: str) -> str:
    return f"CONSTRAINT {quote_identifier(name)}"
