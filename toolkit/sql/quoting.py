"""Names and texts as PostgreSQL reads them.

For the places where a bound parameter cannot stand: identifiers, and literals inside DDL. Everything else
is bound. Invariant, kept by tests against a server: both functions give what `quote_ident` and
`quote_literal` of PostgreSQL 18 give, so that our text compares equal to text made by the server.
"""

from __future__ import annotations

import re
from typing import Final

from toolkit.sql.keywords import NOT_A_BARE_NAME

_BARE_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")


def quote_identifier(name: str) -> str:
    """The name as one SQL identifier, in double quotes where they are needed.

    Raises ValueError for the two names no PostgreSQL object can have: the empty one, and one with a NUL.
    """
    _refuse_nul(name)
    if not name:
        raise ValueError("an SQL identifier cannot be empty")
    if _BARE_NAME.match(name) and name not in NOT_A_BARE_NAME:
        return name
    return '"' + name.replace('"', '""') + '"'


def quote_literal(text: str) -> str:
    """The text as one SQL string literal, right whatever `standard_conforming_strings` says.

    Raises ValueError for a text with a NUL, which PostgreSQL cannot store.
    """
    _refuse_nul(text)
    doubled = text.replace("'", "''")
    if "\\" in doubled:
        return "E'" + doubled.replace("\\", "\\\\") + "'"
    return f"'{doubled}'"


def qualified(schema: str | None, name: str) -> str:
    """`schema.name` with each part quoted as needed; the name alone when there is no schema."""
    if schema is None:
        return quote_identifier(name)
    return f"{quote_identifier(schema)}.{quote_identifier(name)}"


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        raise ValueError("PostgreSQL texts and names cannot hold a NUL character")
