"""Money in types that cannot hold it."""

from __future__ import annotations

import re

from toolkit.schema.advice.retype import change_type
from toolkit.schema.advice.rule import WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.sql.quoting import quote_identifier

_EXACT = "numeric(19,4)"


@rule(
    "money-type",
    WARNING,
    name="The type money",
    why="It has no currency, and how it reads and rounds depends on a setting of the session: a dump "
    "restored under another `lc_monetary` says something else.",
    example="CREATE TABLE invoices (id bigint PRIMARY KEY, due money);",
    fix="`numeric`, and the currency in a column of its own.",
)
def money_type(scope: Scope) -> Found:
    """A column of type `money`."""
    for table, column in scope.columns():
        if column.type == "money":
            using = f"{quote_identifier(column.name)}::numeric"
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} is money.",
                change_type(scope, "store an exact number", column, _EXACT, using),
                {"rows": scope.rows(table.qualified)},
            )


@rule(
    "float-for-money",
    WARNING,
    name="Money as a floating point number",
    why="0.1 has no exact binary form: sums drift by cents, and two ways of adding the same rows differ.",
    example="CREATE TABLE invoices (id bigint PRIMARY KEY, total_amount double precision);",
    fix="`numeric` with a scale, or whole cents in `bigint`.",
)
def float_for_money(scope: Scope) -> Found:
    """A `real` or `double precision` column whose name says that it holds money."""
    for table, column in scope.columns():
        words_in_name = {*re.split(r"[^a-z]+", column.name.lower())}
        if column.type in ("real", "double precision") and words_in_name & {*scope.settings.money_words}:
            using = f"{quote_identifier(column.name)}::numeric"
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} holds money as {column.type}.",
                change_type(scope, "store an exact number", column, _EXACT, using),
                {"type": column.type},
            )
