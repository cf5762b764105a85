"""Tables of a shape that seldom is meant."""

from __future__ import annotations

import re
from collections import defaultdict

from toolkit.schema.advice.fixes import words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope


@rule(
    "column-numbered-series",
    INFO,
    name="Numbered columns",
    why="A list in columns has a fixed length, and every question about it has to name each of them.",
    example="CREATE TABLE people (id bigint PRIMARY KEY, phone1 text, phone2 text, phone3 text);",
    fix="A child table with one row for each, or an array.",
)
def column_numbered_series(scope: Scope) -> Found:
    """A table with three columns or more that differ by a number at the end."""
    for table in scope.tables:
        series: dict[str, list[str]] = defaultdict(list)
        for column in scope.parts(table.qualified).columns:
            if match := re.fullmatch(r"(.*?[^\d])_?(\d{1,2})", column.name):
                series[match[1].rstrip("_")].append(column.name)
        for stem, names in series.items():
            if len(names) >= 3:
                yield Advice(
                    table.key,
                    f"{table.qualified} keeps a list of {stem} in {len(names)} columns.",
                    words("move them into a table of their own, one row for each"),
                    {"columns": names},
                )


@rule(
    "table-too-wide",
    INFO,
    name="Table with very many columns",
    why="Every row is read and written whole: an update of one column writes them all again, and few "
    "readers need most of them.",
    example="-- one column more than `most_columns` allows\nCREATE TABLE facts ("
    + ", ".join(f"f{chr(97 + number // 26)}{chr(97 + number % 26)} int" for number in range(61))
    + ");",
    fix="Split off what belongs to another thing, or is seldom read.",
)
def table_too_wide(scope: Scope) -> Found:
    """A table with more columns than `most_columns`, 60 by default."""
    for table in scope.tables:
        count = len(scope.parts(table.qualified).columns)
        if count > scope.settings.most_columns:
            yield Advice(
                table.key,
                f"{table.qualified} has {count} columns.",
                words("split off what belongs to another thing, or is seldom read"),
                {"columns": count},
            )


@rule(
    "table-too-narrow",
    INFO,
    name="Table with no column or one",
    why="One column that refers to nothing is a list of words; often something is missing, or an enum was "
    "meant.",
    example="CREATE TABLE flags (name text PRIMARY KEY);",
    fix="See whether it is still needed.",
)
def table_too_narrow(scope: Scope) -> Found:
    """A table with at most one column."""
    for table in scope.tables:
        count = len(scope.parts(table.qualified).columns)
        if count <= 1 and not table.inherits:
            yield Advice(
                table.key,
                f"{table.qualified} has {count} column{'s' * (count != 1)}.",
                words("see whether it is needed, or something is missing"),
                {"columns": count},
            )


@rule(
    "table-isolated",
    INFO,
    name="Table that nothing is connected with",
    why="No reference leads to it or away, and no view reads it: often it is left over, or a foreign key "
    "is missing.",
    example="CREATE TABLE scratch (id bigint PRIMARY KEY, note text);",
    fix="Add the missing reference, or drop the table if nobody uses it.",
    needs_statistics=True,
)
def table_isolated(scope: Scope) -> Found:
    """A table without foreign keys in or out, that no view reads. Which views read it comes with the
    statistics.
    """
    connected = {key.relation for key in scope.foreign_keys} | {key.references for key in scope.foreign_keys}
    read = {source for sources in scope.statistics.view_sources.values() for source in sources}
    for table in scope.tables:
        if table.qualified not in connected | read and not table.inherits:
            yield Advice(
                table.key,
                f"No foreign key leads to {table.qualified} or away from it, and no view reads it.",
                words("add the missing foreign key, or drop the table if nobody uses it"),
                {"rows": scope.rows(table.qualified)},
            )


@rule(
    "inheritance-used",
    WARNING,
    name="Inheritance of tables",
    why="Unique keys and foreign keys do not reach the children, and a query of the parent reads them "
    "unasked. What it was made for is done by partitions.",
    example="CREATE TABLE base (id bigint PRIMARY KEY);\nCREATE TABLE child () INHERITS (base);",
    fix="Declarative partitions, or a column for what tells the children apart.",
)
def inheritance_used(scope: Scope) -> Found:
    """A table that inherits from another, other than as a partition."""
    for table in scope.tables:
        if table.inherits:
            yield Advice(
                table.key,
                f"{table.qualified} inherits from {', '.join(map(str, table.inherits))}.",
                words("use partitions, or a column for what tells them apart"),
                {"parents": [*map(str, table.inherits)]},
            )
