"""Times without a time zone."""

from __future__ import annotations

import re

from toolkit.schema.advice.retype import change_type
from toolkit.schema.advice.rule import WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.sql.quoting import quote_identifier

_WITHOUT = re.compile(r"timestamp(\(\d\))? without time zone")
_TIME_WITH = re.compile(r"time(\(\d\))? with time zone")


@rule(
    "timestamp-without-tz",
    WARNING,
    name="Time without a time zone",
    why="`timestamp` is a picture of a clock, not a moment: what it means depends on who wrote it, and "
    "every comparison with `now()` depends on the session. `timetz` has an offset without a date, which "
    "nothing can add up.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, done_at timestamp);",
    fix="`timestamptz`, said as which zone the values were meant; in UTC the table need not be rewritten.",
)
def timestamp_without_tz(scope: Scope) -> Found:
    """A column of type `timestamp without time zone` or `time with time zone`."""
    for table, column in scope.columns():
        name = quote_identifier(column.name)
        if match := _WITHOUT.fullmatch(column.type):
            fix = change_type(
                scope,
                "make it a moment; here as if the values were meant in UTC",
                column,
                f"timestamp{match[1] or ''} with time zone",
                f"{name} AT TIME ZONE 'UTC'",
            )
        elif match := _TIME_WITH.fullmatch(column.type):
            type_ = f"time{match[1] or ''} without time zone"
            fix = change_type(scope, "store the time of day alone", column, type_)
        else:
            continue
        yield Advice(
            column.key, f"{table.qualified}.{column.name} is {column.type}.", fix, {"type": column.type}
        )
