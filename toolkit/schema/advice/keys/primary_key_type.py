"""What a primary key is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.schema.advice.fixes import statements, words
from toolkit.schema.advice.retype import change_type
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Constraint
from toolkit.sql.quoting import quote_identifier

_SURROGATE: Final = frozenset({"smallint", "integer", "bigint", "uuid"})
_UUID_TEXTS: Final = frozenset(
    {"character varying(32)", "character varying(36)", "character(32)", "character(36)"}
)
_RANDOM: Final = ("gen_random_uuid()", "uuid_generate_v4()", "uuidv4()")
_FIRST_WITH_UUIDV7: Final = 18


@rule(
    "pk-natural-or-text",
    INFO,
    name="Primary key of another type than integer or uuid",
    why="A key with a meaning changes when the meaning does, and every foreign key with it; wide keys "
    "make every index that refers to them wide.",
    example="CREATE TABLE countries (name text PRIMARY KEY);",
    fix="A surrogate key, with a unique constraint on what was the key. Short fixed codes may well stay.",
)
def pk_natural_or_text(scope: Scope) -> Found:
    """A primary key of one column whose type is neither an integer nor uuid."""
    for key, column in _single(scope):
        if column.type not in _SURROGATE and column.type not in _UUID_TEXTS and not _refers(scope, key):
            yield Advice(
                key.key,
                f"The primary key of {key.relation} is {column.name}, of type {column.type}.",
                words("add a surrogate key and keep this column unique, unless its values never change"),
                {"type": column.type},
            )


@rule(
    "pk-varchar-holding-uuid",
    WARNING,
    name="Primary key as text that looks made for a uuid",
    why="The text form takes 37 bytes where `uuid` takes 16, in the table, its index and every foreign "
    "key, and nothing refuses a text that is no uuid.",
    example="CREATE TABLE sessions (id varchar(36) PRIMARY KEY);",
    fix="Change the column to `uuid`, and with it the columns that refer to it.",
)
def pk_varchar_holding_uuid(scope: Scope) -> Found:
    """A primary key of one column that is `varchar` or `char` of 32 or 36 characters."""
    referenced = {one.references for one in scope.foreign_keys}
    for key, column in _single(scope):
        if column.type in _UUID_TEXTS:
            name = quote_identifier(column.name)
            alone = key.relation not in referenced and not _refers(scope, key) and column.default is None
            fix = (
                change_type(scope, "store it as uuid", column, "uuid", f"{name}::uuid")
                if alone
                else words("change this column and those that refer to it to uuid, in one revision")
            )
            yield Advice(
                column.key,
                f"{key.relation}.{column.name} is {column.type}, the length of a uuid written as text.",
                fix,
                {"type": column.type},
            )


@rule(
    "pk-random-uuid",
    INFO,
    name="Random uuid as the primary key of a large table",
    why="Random values land all over the index: inserts touch cold pages, write more log, and the cache holds"
    " little of what is new. Values that grow with time keep inserts at one end.",
    example="-- a table of more than 100,000 rows\n"
    "CREATE TABLE events (id uuid PRIMARY KEY DEFAULT gen_random_uuid());",
    fix="On PostgreSQL 18 make `uuidv7()` the default; existing rows may keep their keys.",
    needs_statistics=True,
)
def pk_random_uuid(scope: Scope) -> Found:
    """A uuid primary key with a random default on a table with many rows."""
    for key, column in _single(scope):
        rows = scope.rows(key.relation) or 0
        default = column.default or ""
        if column.type == "uuid" and default.endswith(_RANDOM) and rows >= scope.settings.large_rows:
            change = (
                f"ALTER TABLE {key.relation} ALTER COLUMN {quote_identifier(column.name)} SET"
                " DEFAULT uuidv7()"
            )
            known = scope.snapshot.server.major >= _FIRST_WITH_UUIDV7
            yield Advice(
                column.key,
                f"{key.relation} has {rows:,} rows under random keys from {default}.",
                statements("make new keys grow with time", change)
                if known
                else words(
                    "make new keys grow with time: uuidv7() from PostgreSQL 18 on, or in the application"
                ),
                {"rows": rows, "default": default},
            )


def _single(scope: Scope) -> Iterator[tuple[Constraint, Column]]:
    for key in scope.primary_keys.values():
        if len(key.columns) == 1 and (column := scope.column(key.relation, key.columns[0])) is not None:
            yield key, column


def _refers(scope: Scope, key: Constraint) -> bool:
    """Whether the key is itself a foreign key, and so takes its type from elsewhere."""
    return any(set(key.columns) & set(one.columns) for one in scope.parts(key.relation).foreign_keys)
