"""Changing the type of a column: the statement, or what stands in its way.

The server refuses to change a column that a view, a policy, a generated column or a partition key depends on,
and a foreign key between types that cannot be compared. Then the fix is words that name what is in the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import alter, words
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column, Constraint
from toolkit.sql.quoting import quote_identifier


def change_type(
    scope: Scope,
    text: str,
    column: Column,
    type_: str,
    using: str | None = None,
    *,
    beside: Constraint | None = None,
) -> Fix:
    """Give `column` another type. `beside` is a foreign key that is not in the way: the change serves it."""
    clause = f" USING {using}" if using else ""
    action = f"ALTER COLUMN {quote_identifier(column.name)} TYPE {type_}{clause}"
    in_the_way = [*_dependents(scope, column, beside)]
    if in_the_way:
        return words(
            f"{text}: ALTER TABLE {column.relation} {action}; it needs these taken away first and made again:"
            f" {', '.join(in_the_way)}"
        )
    return alter(text, column.relation, action)


def _dependents(scope: Scope, column: Column, beside: Constraint | None) -> Iterator[str]:
    table = scope.table(column.relation)
    parts = scope.parts(column.relation)
    yield from (str(view.key) for view in scope.readers.get(str(column.relation), ()))
    for policy in parts.policies:
        if _mentions(f"{policy.using} {policy.with_check}", quote_identifier(column.name)):
            yield str(policy.key)
    for other in parts.columns:
        if other.generated is not None and _mentions(other.generated, quote_identifier(column.name)):
            yield str(other.key)
    for trigger in parts.triggers:
        if column.name in trigger.columns or _mentions(
            trigger.condition or "", quote_identifier(column.name)
        ):
            yield str(trigger.key)
    yield from (str(key.key) for key in parts.foreign_keys if column.name in key.columns and key != beside)
    for key in scope.referring.get(column.relation, ()):
        if column.name in key.referenced_columns and key.relation != column.relation:
            yield str(key.key)
    if table is not None and _mentions(table.partition_key or "", quote_identifier(column.name)):
        yield f"the partition key of {table.qualified}"


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w\"]){re.escape(name)}(?![\w\"])", text) is not None
