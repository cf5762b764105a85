"""Text where something else is meant, and lengths that nobody chose."""

from __future__ import annotations

import re
from typing import Final

from toolkit.findings import Fix
from toolkit.schema.advice.fixes import words
from toolkit.schema.advice.retype import change_type
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Column
from toolkit.sql.quoting import quote_identifier

_TEXT: Final = re.compile(r"text|character varying(\(\d+\))?|character(\(\d+\))?")
_MEANT: Final = (
    (re.compile(r".+_(at|time|timestamp)|timestamp"), "timestamp with time zone", "a moment"),
    (re.compile(r"(.+_)?(date|birthday)"), "date", "a date"),
    (re.compile(r"(is|has|can)_.+"), "boolean", "yes or no"),
    (re.compile(r"(.+_)?(count|quantity|qty|age)|num_.+"), "bigint", "a number"),
    (re.compile(r"(.+_)?(uuid|guid)"), "uuid", "a uuid"),
)
"""What a name says that a column holds, and the type made for it."""


@rule(
    "char-n-type",
    WARNING,
    name="Text padded with blanks",
    why="`char(n)` fills up with blanks, which take space, vanish when cast and make comparisons "
    "surprising; it is no faster than `text` and refuses nothing that is too short.",
    example="CREATE TABLE orders (id bigint PRIMARY KEY, currency char(3));",
    fix="`text` or `varchar`, with a CHECK where the length is fixed.",
)
def char_n_type(scope: Scope) -> Found:
    """A column of type `char(n)`, `n` larger than 1."""
    for table, column in scope.columns():
        match = re.fullmatch(r"character\((\d+)\)", column.type)
        if match and int(match[1]) > 1:
            type_ = f"character varying({match[1]})"
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} is char({match[1]}): shorter values are filled with"
                " blanks.",
                change_type(scope, "store what was written", column, type_),
                {"length": int(match[1])},
            )


@rule(
    "varchar-length-limit",
    INFO,
    name="A length of 255 that nobody chose",
    why="255 is a habit from other databases: here it saves nothing, and a limit that fits no rule of the "
    "application is met by surprise.",
    example="CREATE TABLE pages (id bigint PRIMARY KEY, heading varchar(255));",
    fix="The limit of the application, or `text` with a CHECK.",
)
def varchar_255(scope: Scope) -> Found:
    """A column of type `varchar(255)` or `varchar(256)`."""
    for table, column in scope.columns():
        if column.type in ("character varying(255)", "character varying(256)"):
            yield Advice(
                column.key,
                f"{table.qualified}.{column.name} is limited to {column.type[18:-1]} characters, a"
                " habit's figure.",
                change_type(scope, "write the limit that is meant, or none", column, "text"),
                {"type": column.type},
            )


@rule(
    "text-for-everything",
    INFO,
    name="A table of nothing but text",
    why="Dates, numbers and choices kept as text are checked by nobody, sort as words and cannot be added "
    "up.",
    example="CREATE TABLE orders (id text PRIMARY KEY, customer text, ordered_on text, paid text, sum text);",
    fix="The type of each value; `schema advise --rule text-holds-other-type` names columns whose names "
    "tell it.",
)
def text_for_everything(scope: Scope) -> Found:
    """A table of four columns or more that are all `text` or `varchar`."""
    for table in scope.tables:
        columns = scope.parts(table.qualified).columns
        if len(columns) >= 4 and all(_TEXT.fullmatch(column.type) for column in columns):
            yield Advice(
                table.key,
                f"All {len(columns)} columns of {table.qualified} are text.",
                words("give each column the type of what it holds"),
                {"columns": len(columns)},
            )


@rule(
    "text-holds-other-type",
    WARNING,
    name="Text where the name says something else",
    why="Nothing refuses `tomorrow` as a date, and a comparison of texts is not one of dates or numbers.",
    example="CREATE TABLE orders (id bigint PRIMARY KEY, shipped_at text);",
    fix="The type that the name tells. It fails while a value cannot be read as such: those are the ones "
    "to look at.",
)
def text_holds_other_type(scope: Scope) -> Found:
    """A text column whose name ends like a time, a date, a count or a uuid, or begins like a question."""
    for table, column in scope.columns():
        if not _TEXT.fullmatch(column.type) or column.generated is not None:
            continue
        for names, type_, meant in _MEANT:
            if names.fullmatch(column.name):
                yield Advice(
                    column.key,
                    f"{table.qualified}.{column.name} is {column.type}, and its name says {meant}.",
                    _retyped(scope, column, type_),
                    {"type": column.type, "expected": type_},
                )
                break


def _retyped(scope: Scope, column: Column, type_: str) -> Fix:
    name = quote_identifier(column.name)
    if column.default is None:
        return change_type(scope, "give it that type", column, type_, f"{name}::{type_}")
    return words(
        f"drop its default, ALTER TABLE {column.relation} ALTER COLUMN {name} TYPE {type_}"
        f" USING {name}::{type_}, and set a default of the type"
    )
