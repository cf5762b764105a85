"""PostgreSQL 18's grammar through the postgast library, which wraps libpg_query.

The C library's own JSON is read, not postgast's protobuf messages: the same tree in a sixth of the time. The
library is imported at the first parse, so that importing this room stays free.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from toolkit.sql.parse.grammar import GrammarError, ParsedPiece


class PostgastGrammar:
    """`Grammar` by postgast."""

    def parse(self, text: str) -> Sequence[ParsedPiece]:
        """The statements of the text; raises GrammarError."""
        return [
            ParsedPiece(piece.get("stmt_location", 0), piece.get("stmt_len", 0), piece["stmt"])
            for piece in _parsed(text)["stmts"]
        ]


def _parsed(text: str) -> Any:
    # By name, because the library's type stubs do not parse (they annotate Python keywords).
    library = import_module("postgast.native").lib
    errors = import_module("postgast.errors")
    result = library.pg_query_parse(text.encode())
    try:
        errors.check_error(result)
        return json.loads(result.parse_tree)
    except errors.PgQueryError as error:
        # PostgreSQL counts the place of an error in characters from 1; 0 means that it does not know.
        raise GrammarError(error.message, max(error.cursorpos - 1, 0)) from None
    finally:
        library.pg_query_free_parse_result(result)
