"""One name, one type."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from toolkit.schema.advice.fixes import words
from toolkit.schema.advice.rule import INFO, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column

_ANYWHERE = frozenset({"id", "value", "data", "key", "type", "content", "version", "position", "level"})
"""Names too general to mean one thing."""


@rule(
    "same-name-different-type",
    INFO,
    name="One name with several types",
    why="A column of the same name is expected to hold the same thing: joins and copies between them cast "
    "or fail.",
    example="CREATE TABLE orders (id bigint PRIMARY KEY, customer_no bigint);\n"
    "CREATE TABLE invoices (id bigint PRIMARY KEY, customer_no bigint);\n"
    "CREATE TABLE letters (id bigint PRIMARY KEY, customer_no text);",
    fix="Align the odd one, or give it a name of its own.",
)
def same_name_different_type(scope: Scope) -> Found:
    """A column whose type differs from that of most columns of the same name in its schema. Lengths do
    not count.
    """
    named: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for table, column in scope.columns():
        if column.name not in _ANYWHERE:
            named[table.schema, column.name].append(column)
    for (_, name), columns in named.items():
        counts = Counter(_base(column) for column in columns)
        if len(counts) < 2:
            continue
        usual, most = counts.most_common(1)[0]
        for column in columns:
            if _base(column) != usual and most > counts[_base(column)]:
                yield Advice(
                    column.key,
                    f"{column.relation}.{name} is {column.type}; {most} others of this name are {usual}.",
                    words(f"change it to {usual}, or rename it"),
                    {"types": dict(counts)},
                )


def _base(column: Column) -> str:
    return re.sub(r"\(.*?\)", "", column.type)
