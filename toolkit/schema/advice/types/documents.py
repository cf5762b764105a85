"""Documents, objects and identifiers of the server in columns."""

from __future__ import annotations

from toolkit.schema.advice.fixes import words
from toolkit.schema.advice.retype import change_type
from toolkit.schema.advice.rule import WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.sql.quoting import quote_identifier

_REG = frozenset(
    {
        "regproc",
        "regprocedure",
        "regoper",
        "regoperator",
        "regnamespace",
        "regconfig",
        "regdictionary",
        "regcollation",
    }
)


@rule(
    "json-not-jsonb",
    WARNING,
    name="json instead of jsonb",
    why="`json` keeps the text and parses it again for every look inside; it has no equality, so "
    "DISTINCT, GROUP BY and unique keys fail, and no index finds what is in it.",
    example="CREATE TABLE events (id bigint PRIMARY KEY, payload json);",
    fix="`jsonb`, unless the exact text or the order of keys matters. It rewrites the table.",
)
def json_not_jsonb(scope: Scope) -> Found:
    """A column of type `json`."""
    for table, column in scope.columns():
        if column.type == "json" and column.generated is None:
            using = f"{quote_identifier(column.name)}::jsonb"
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} is json.",
                change_type(scope, "change it to jsonb", column, "jsonb", using),
                {"rows": scope.rows(table.qualified)},
            )


@rule(
    "oid-reg-column",
    WARNING,
    name="Column of an identifier that an upgrade does not keep",
    why="The values are oids of functions, operators and so on, which differ after `pg_upgrade`: it "
    "refuses the database while such a column exists.",
    example="CREATE TABLE hooks (id bigint PRIMARY KEY, handler regprocedure);",
    fix="Store the name as text and cast where it is used.",
)
def oid_reg_column(scope: Scope) -> Found:
    """A column of a `reg...` type other than `regclass`, `regrole` and `regtype`."""
    for table, column in scope.columns():
        if column.type in _REG:
            using = f"{quote_identifier(column.name)}::text"
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} is {column.type}: pg_upgrade refuses it.",
                change_type(scope, "store the name", column, "text", using),
                {"type": column.type},
            )


@rule(
    "large-object-column",
    WARNING,
    name="Large object by its oid",
    why="The object lives outside the row: it stays when the row is deleted, has rights of its own, cannot be"
    " replicated logically and is lost by many dumps.",
    example="CREATE TABLE files (id bigint PRIMARY KEY, content oid);",
    fix="`bytea` up to some megabytes, a store for objects beyond.",
)
def large_object_column(scope: Scope) -> Found:
    """A column of type `oid` or `lo`."""
    for table, column in scope.columns():
        if column.type == "oid" or column.type.rpartition(".")[2] == "lo":
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} is {column.type}, which often stands for a large object.",
                words("move the content into a bytea column, or outside the database"),
                {"type": column.type},
            )
