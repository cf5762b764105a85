"""Text columns that take anything."""

from __future__ import annotations

import re

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import alter, words
from toolkit.schema.advice.names import free_name
from toolkit.schema.advice.rule import INFO, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Table
from toolkit.sql.quoting import quote_identifier

_UNLIMITED = ("text", "character varying")


@rule(
    "choice-column-unchecked",
    INFO,
    name="One of few words, and any word goes in",
    why="A status that is misspelled once is found by no query for the right one. The database is the "
    "only place that sees every writer.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, status varchar(20) NOT NULL);",
    fix="A CHECK with the words, an enum, or a foreign key to a table of them.",
)
def choice_column_unchecked(scope: Scope) -> Found:
    """A text column with a name of the `choice_columns` setting, without a check or a foreign key."""
    for table, column in scope.columns():
        if column.name in scope.settings.choice_columns and _is_text(column) and not _bound(scope, column):
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} takes any {column.type}.",
                words("add a CHECK with the words that are meant, or make it an enum"),
                {"type": column.type},
            )


@rule(
    "text-without-limit",
    INFO,
    name="Text without a limit",
    why="Whatever writes to the table may write megabytes into one value: pages, logs and answers grow "
    "with it. The limit belongs where every writer meets it; in models it is `max_length`.",
    example="CREATE TABLE posts (id bigint PRIMARY KEY, title text NOT NULL);",
    fix="A CHECK on `char_length`, which can be changed later without a rewrite; or `varchar(n)`.",
)
def text_without_limit(scope: Scope) -> Found:
    """A table with columns of `text`, or `varchar` without a length, that no check limits. One finding a
    table.
    """
    for table in scope.tables:
        columns = [
            column
            for column in scope.parts(table.qualified).columns
            if column.local
            and column.type in _UNLIMITED
            and column.generated is None
            and not _bound(scope, column)
        ]
        if columns:
            names = ", ".join(column.name for column in columns)
            yield Advice(
                table.key,
                f"{table.qualified} takes text of any length in {names}.",
                _limits(scope, table, columns),
                {"columns": [column.name for column in columns]},
            )


def _limits(scope: Scope, table: Table, columns: list[Column]) -> Fix:
    actions = []
    taken = {one.name for one in scope.parts(table.qualified).constraints}
    for column in columns:
        name = free_name(f"ck_{table.name}_{column.name}_length", taken.__contains__)
        taken.add(name)
        check = f"CHECK (char_length({quote_identifier(column.name)}) <= {scope.settings.text_limit})"
        actions.append(f"ADD CONSTRAINT {quote_identifier(name)} {check} NOT VALID")
        actions.append(f"VALIDATE CONSTRAINT {quote_identifier(name)}")
    return alter("limit each, with a figure that fits what it holds", table.qualified, *actions)


def _is_text(column: Column) -> bool:
    return column.type in _UNLIMITED or re.match(r"character( varying)?\(", column.type) is not None


def _bound(scope: Scope, column: Column) -> bool:
    """Whether a check or a foreign key says what the column may hold."""
    return any(
        column.name in one.columns and one.type in ("check", "foreign key")
        for one in scope.parts(column.relation).constraints
    )
