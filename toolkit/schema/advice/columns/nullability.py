"""Columns that accept nulls without anybody having decided so."""

from __future__ import annotations

from toolkit.schema.advice.fixes import alter, set_not_null, words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.sql.quoting import quote_identifier


@rule(
    "all-columns-nullable",
    INFO,
    name="Table that requires nothing",
    why="A row with nothing but a key passes: the table says nothing about what must be there, so every "
    "reader has to handle every gap.",
    example="CREATE TABLE contacts (id bigint PRIMARY KEY, name text, email text, phone text);",
    fix="NOT NULL on the columns without which a row makes no sense.",
)
def all_columns_nullable(scope: Scope) -> Found:
    """A table with three columns or more besides its key, all of them nullable."""
    for table in scope.tables:
        key = scope.primary_keys.get(table.qualified)
        inside = key.columns if key else ()
        others = [column for column in scope.parts(table.qualified).columns if column.name not in inside]
        beside = " besides its key" if key else ""
        if len(others) >= 3 and all(column.nullable for column in others):
            yield Advice(
                table.key,
                f"All {len(others)} columns of {table.qualified}{beside} may be null.",
                words("set NOT NULL on the columns without which a row makes no sense"),
                {"nullable": len(others)},
            )


@rule(
    "boolean-without-default",
    INFO,
    name="Boolean with a third value",
    why="A nullable boolean has three values, and `WHERE NOT done` leaves out the rows where nobody said.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, done boolean);",
    fix="A default, the nulls filled in, NOT NULL.",
)
def boolean_without_default(scope: Scope) -> Found:
    """A boolean column that is nullable and has no default."""
    for table, column in scope.columns():
        if (
            column.type == "boolean"
            and column.nullable
            and column.default is None
            and column.generated is None
        ):
            name = quote_identifier(column.name)
            fix = alter(
                "give it a default; then fill in the nulls and refuse them",
                table.qualified,
                f"ALTER COLUMN {name} SET DEFAULT false",
            )
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} is true, false or null, and null unless said.",
                fix,
                {"nullable": True},
            )


@rule(
    "not-null-without-default-soon",
    WARNING,
    name="Column the models call NOT NULL and the database does not",
    why="The models promise that a value is there, and rows that another program wrote may lack it: reading "
    "them fails, or the next migration does.",
    example="-- with a model that declares title as NOT NULL\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, title text);",
    fix="Fill the nulls in, then SET NOT NULL; `neonkit drift` says which side moved.",
    needs_models=True,
)
def not_null_without_default_soon(scope: Scope) -> Found:
    """A nullable column that the models declare as NOT NULL."""
    wanted = scope.declared.not_null if scope.declared else frozenset()
    for table, column in scope.columns():
        if column.nullable and (column.schema, column.table, column.name) in wanted:
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} may be null, and the models say that it may not.",
                set_not_null("fill the nulls in, then refuse them", table.qualified, column.name),
                {"type": column.type},
            )
