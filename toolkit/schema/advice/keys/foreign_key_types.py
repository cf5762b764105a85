"""Foreign keys whose two sides have different types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.schema.advice.retype import change_type
from toolkit.schema.advice.rule import ERROR, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Constraint

_WIDTH: Final = {"smallint": 2, "integer": 4, "bigint": 8}


@rule(
    "fk-type-mismatch",
    WARNING,
    name="Foreign key between different types",
    why="Comparing across types casts every value, can rule out an index, and lets one side hold values "
    "that the other cannot. Different families of types, such as numeric and bigint, are an error.",
    example="CREATE TABLE users (email varchar(320) PRIMARY KEY);\n"
    "CREATE TABLE logins (email varchar(100) REFERENCES users);",
    fix="Give the referring column the type of the referenced one. It rewrites the table where the family "
    "changes.",
)
def fk_type_mismatch(scope: Scope) -> Found:
    """A column of a foreign key whose type differs from the column it refers to."""
    for key, column, referenced in _pairs(scope):
        if column.type == referenced.type or _narrower_integer(column, referenced):
            continue
        families_differ = _family(column.type) != _family(referenced.type)
        yield _advice(scope, key, column, referenced, families_differ)


@rule(
    "int2-or-int4-foreign-to-bigint",
    ERROR,
    name="Foreign key narrower than the key it refers to",
    why="Once the referenced table counts beyond the narrow type no row can refer to the new ones: "
    "inserts fail.",
    example="CREATE TABLE users (id bigint PRIMARY KEY);\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, user_id integer REFERENCES users);",
    fix="Widen the referring column to the type of the key.",
)
def int_foreign_to_bigint(scope: Scope) -> Found:
    """A foreign key column of a narrower integer type than the column it refers to."""
    for key, column, referenced in _pairs(scope):
        if _narrower_integer(column, referenced):
            yield _advice(scope, key, column, referenced, error=True)


def _advice(scope: Scope, key: Constraint, column: Column, referenced: Column, error: bool) -> Advice:
    return Advice(
        column.key,
        f"{column.relation}.{column.name} is {column.type} and refers to"
        f" {referenced.relation}.{referenced.name}, which is {referenced.type}.",
        change_type(scope, "give it the type of the key", column, referenced.type, beside=key),
        {"constraint": key.name, "type": column.type, "referenced type": referenced.type},
        ERROR if error else None,
    )


def _pairs(scope: Scope) -> Iterator[tuple[Constraint, Column, Column]]:
    for key in scope.foreign_keys:
        if key.references is None or key.temporal:
            continue
        for name, referenced_name in zip(key.columns, key.referenced_columns, strict=True):
            column = scope.column(key.relation, name)
            referenced = scope.column(key.references, referenced_name)
            if column is not None and referenced is not None:
                yield key, column, referenced


def _narrower_integer(column: Column, referenced: Column) -> bool:
    return _WIDTH.get(column.type, 0) < _WIDTH.get(referenced.type, 0) and column.type in _WIDTH


def _family(type_: str) -> str:
    base = type_.partition("(")[0]
    if base in _WIDTH:
        return "integer"
    return "text" if base in ("text", "character varying", "character") else base
