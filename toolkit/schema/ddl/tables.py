"""Tables and foreign tables with their columns, partitions and inheritance. Constraints come on their own."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.attributes import comment_on, new_grants, owner_of
from toolkit.schema.ddl.columns import (
    column_definition,
    column_rest,
    column_settings,
    default_is_late,
    inherited_differences,
    table_not_null,
)
from toolkit.schema.ddl.heritage import Heritage
from toolkit.schema.ddl.sequences import identity_statements
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import foreign_options, with_options
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import Column, ForeignTable, Key, Kind, Table
from toolkit.sql.quoting import quote_identifier


def table_units(table: Table | ForeignTable, source: Source) -> Iterator[Unit]:
    """A table, and apart from it what has to wait for code or for an index."""
    columns = source.snapshot.parts(table.qualified).columns
    heritage = Heritage.of(table, columns, source)
    statements = [_create(table, heritage, source), *_heritage_statements(table, heritage)]
    statements += _column_statements(table, heritage, source)
    statements += _table_statements(table, columns, source)
    parents = [source.relation_key(parent) for parent in heritage.parents]
    needs = parents if isinstance(table, Table) else [*parents, Key(Kind.SERVER, (table.server,))]
    yield unit(
        table.key, statements, needs=needs, likely=source.references.of(*_texts(table, columns, source))
    )
    for column in columns:
        if default_is_late(column, source):
            set_default = f"ALTER COLUMN {quote_identifier(column.name)} SET DEFAULT {column.default}"
            yield unit(
                Node(column.key, "default"),
                [f"ALTER TABLE ONLY {table.qualified} {set_default}"],
                needs=[table.key],
                likely=source.references.of(column.default),
            )
    yield from _replica_identity(table)


def _texts(table: Table | ForeignTable, columns: list[Column], source: Source) -> Iterator[str | None]:
    for column in columns:
        yield from (column.type, column.collation, column.generated)
        if not default_is_late(column, source):
            yield column.default
    yield table.partition_bound
    if isinstance(table, Table):
        yield from (table.of_type, table.partition_key)


def _create(table: Table | ForeignTable, heritage: Heritage, source: Source) -> str:
    is_table = isinstance(table, Table)
    typed = isinstance(table, Table) and table.of_type is not None
    parts = [
        column_definition(column, source, typed=typed)
        for column in heritage.declared
        if not (typed and column_definition(column, source, typed=True).endswith("WITH OPTIONS"))
    ]
    parts += map(table_not_null, heritage.own_not_nulls)
    body = "(\n  " + ",\n  ".join(parts) + "\n)" if parts else "()"
    word = "TABLE" if is_table else "FOREIGN TABLE"
    if isinstance(table, Table) and table.persistence == "unlogged":
        word = "UNLOGGED TABLE"
    text = f"CREATE {word} {table.qualified} {body}"
    if isinstance(table, Table) and table.of_type is not None:
        text = f"CREATE {word} {table.qualified} OF {table.of_type}" + (f" {body}" if parts else "")
    if heritage.by_clause:
        text += f"\nINHERITS ({', '.join(map(str, heritage.parents))})"
    return text + (_storage(table) if isinstance(table, Table) else _server(table))


def _storage(table: Table) -> str:
    text = f"\nPARTITION BY {table.partition_key}" if table.partition_key else ""
    if table.access_method not in (None, "heap"):
        text += f"\nUSING {quote_identifier(table.access_method or '')}"
    text += with_options(table.options)
    return text + (f" TABLESPACE {quote_identifier(table.tablespace)}" if table.tablespace else "")


def _server(table: ForeignTable) -> str:
    return f"\nSERVER {quote_identifier(table.server)}{foreign_options(table.options)}"


def _heritage_statements(table: Table | ForeignTable, heritage: Heritage) -> Iterator[str]:
    if table.partition_of is not None:
        parent, bound = table.partition_of, table.partition_bound
        yield f"ALTER TABLE ONLY {parent} ATTACH PARTITION {table.qualified} {bound}"
    elif not heritage.by_clause:
        for parent in heritage.parents:
            yield f"ALTER TABLE {table.qualified} INHERIT {parent}"


def _column_statements(table: Table | ForeignTable, heritage: Heritage, source: Source) -> Iterator[str]:
    head = f"ALTER TABLE ONLY {table.qualified}"
    columns = source.snapshot.parts(table.qualified).columns
    for column in columns:
        inherited = heritage.inherited.get(column.name)
        if inherited is not None:
            yield from (f"{head} {text}" for text in inherited_differences(column, inherited, source))
        yield from (f"{head} {text}" for text in column_settings(column, inherited))
        if column.not_null is not None and not column.not_null.validated:
            yield f"ALTER TABLE {table.qualified} ADD {table_not_null(column)}"


def _table_statements(table: Table | ForeignTable, columns: list[Column], source: Source) -> Iterator[str]:
    name = str(table.qualified)
    if isinstance(table, Table):
        yield from _security(table)
        if table.replica_identity in ("full", "nothing"):
            yield f"ALTER TABLE ONLY {name} REPLICA IDENTITY {table.replica_identity.upper()}"
    word = "TABLE" if isinstance(table, Table) else "FOREIGN TABLE"
    yield from owner_of(f"{word} {name}", table.owner)
    yield from comment_on(f"{word} {name}", table.comment)
    yield from new_grants("table", f"TABLE {name}", table.owner, table.grants, source.major)
    for column in columns:
        yield from column_rest(column, name)
        if isinstance(table, Table) and (sequence := source.identity_sequence(column)) is not None:
            yield from identity_statements(sequence, table, source)


def _security(table: Table) -> Iterator[str]:
    if table.row_security:
        yield f"ALTER TABLE {table.qualified} ENABLE ROW LEVEL SECURITY"
    if table.row_security_forced:
        yield f"ALTER TABLE {table.qualified} FORCE ROW LEVEL SECURITY"


def _replica_identity(table: Table | ForeignTable) -> Iterator[Unit]:
    word, _, index = table.replica_identity.partition(" ") if isinstance(table, Table) else ("", "", "")
    if word == "index":
        yield unit(
            Node(table.key, "replica identity"),
            [f"ALTER TABLE ONLY {table.qualified} REPLICA IDENTITY USING INDEX {quote_identifier(index)}"],
            needs=[table.key, Key(Kind.INDEX, (table.schema, index))],
        )
