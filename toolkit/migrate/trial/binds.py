"""Statements as the server reads them: binds replaced by their values, whichever driver sends them.

psycopg2 keeps the text it sent. For the other drivers the values are written by psycopg2's adapters, because
asyncpg and psycopg send them apart from the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg2 import ProgrammingError
from psycopg2.extensions import adapt

from toolkit.database.activity.sample import without_passwords
from toolkit.sql.quoting import quote_literal

_NUMBERED: Final = re.compile(r"\$(\d+)")
_NAMED: Final = re.compile(r"%\((\w+)\)s|%s|%%")


def rendered(cursor: Any, statement: str, parameters: Any, *, many: bool, percent: bool = True) -> str:
    """The statement with its values, passwords masked; of many sets of values, the first.

    `percent` says that the driver's marks are `%s`, so that a percent sign is written twice.
    """
    sent = getattr(cursor, "query", None)
    if isinstance(sent, bytes) and not many:
        return without_passwords(sent.decode("utf-8", "replace").strip())
    values = parameters[0] if many and parameters else parameters
    return without_passwords(_filled(statement, values, percent).strip())


def _filled(statement: str, values: Any, percent: bool) -> str:
    if not values:
        return statement.replace("%%", "%") if percent and values is not None else statement
    if isinstance(values, Mapping):
        return _NAMED.sub(lambda found: _named(found, values), statement)
    if isinstance(values, Sequence):
        if not percent:
            return _NUMBERED.sub(lambda found: _literal(values[int(found[1]) - 1]), statement)
        rest = iter(values)
        return _NAMED.sub(lambda found: "%" if found[0] == "%%" else _literal(next(rest)), statement)
    return statement


def _named(found: re.Match[str], values: Mapping[str, Any]) -> str:
    if found[0] == "%%":
        return "%"
    return _literal(values[found[1]]) if found[1] in values else found[0]


def _literal(value: Any) -> str:
    try:
        adapted = adapt(value)
        if hasattr(adapted, "encoding"):
            adapted.encoding = "utf-8"
        text: str = adapted.getquoted().decode("utf-8")
    except (ProgrammingError, UnicodeError):  # a class that psycopg2 has no writer for
        return quote_literal(str(value))
    return text
