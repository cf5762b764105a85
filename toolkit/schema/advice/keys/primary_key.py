"""Whether a table has a primary key, and where its columns stand."""

from __future__ import annotations

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import alter, words
from toolkit.schema.advice.rule import ERROR, INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Publication, Qualified, Table


@rule(
    "table-without-primary-key",
    WARNING,
    name="Table without a primary key",
    why="Nothing tells two equal rows apart: they cannot be updated one by one, replication cannot follow "
    "them, and an ORM cannot map the table. In a publication updates and deletes fail, which is an error.",
    example="CREATE TABLE notes (body text);",
    fix="Add a key: `bigint GENERATED ALWAYS AS IDENTITY`, or `uuid`. It rewrites the table under a lock.",
)
def table_without_primary_key(scope: Scope) -> Found:
    """A table, not a partition, that has no primary key."""
    published = _published(scope)
    for table in scope.tables:
        if table.qualified in scope.primary_keys or table.inherits:
            continue
        replicated = table.qualified in published and table.replica_identity == "default"
        yield Advice(
            table.key,
            f"{table.qualified} has no primary key"
            + (
                ", and a publication that sends it cannot replicate updates and deletes."
                if replicated
                else "."
            ),
            _key_to_add(scope, table),
            {"rows": scope.rows(table.qualified), "published": replicated},
            ERROR if replicated else None,
        )


@rule(
    "pk-columns-not-first",
    INFO,
    name="Primary key columns are not the first",
    why="Readers of `SELECT *`, COPY and diagrams look for the key at the front.",
    example="CREATE TABLE notes (body text, id bigint PRIMARY KEY);",
    fix="Nothing by itself; put the key first when the table is next rebuilt.",
)
def pk_columns_not_first(scope: Scope) -> Found:
    """The columns of the primary key do not stand before all others."""
    for relation, key in scope.primary_keys.items():
        first = [column.name for column in scope.parts(relation).columns[: len(key.columns)]]
        if {*first} != {*key.columns}:
            yield Advice(
                key.key,
                f"The primary key of {relation} is ({', '.join(key.columns)}), behind other columns.",
                words("put the key columns first when the table is next rebuilt"),
                {"first columns": first},
            )


def _published(scope: Scope) -> set[Qualified]:
    found: set[Qualified] = set()
    for publication in scope.snapshot.own(Publication):
        found |= {published.table for published in publication.tables}
        for table in scope.tables:
            if publication.all_tables or table.schema in publication.schemas:
                found.add(table.qualified)
    return found


def _key_to_add(scope: Scope, table: Table) -> Fix:
    columns = {column.name: column for column in scope.parts(table.qualified).columns}
    if table.partition_key is not None:
        return words("add a primary key that includes the columns of the partition key")
    if table.qualified in scope.inherited:
        return words("add a key to this table alone; those that inherit from it need their own")
    if "id" in columns:
        if columns["id"].nullable:
            return words("make id NOT NULL and unique, and make it the primary key")
        return alter("make id the primary key, if it is unique", table.qualified, 'ADD PRIMARY KEY ("id")')
    column = "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"
    return alter(
        "add a key, in a quiet moment: it rewrites the table", table.qualified, f"ADD COLUMN {column}"
    )
