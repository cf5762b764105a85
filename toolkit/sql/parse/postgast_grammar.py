"""PostgreSQL 18's grammar through the postgast library, which wraps libpg_query.

The library is imported at the first parse, so that importing this room stays free.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from toolkit.sql.parse.grammar import GrammarError, ParsedPiece


class PostgastGrammar:
    """`Grammar` by postgast. Its trees come as protobuf messages, whose JSON form is libpg_query's."""

    def parse(self, text: str) -> Sequence[ParsedPiece]:
        """The statements of the text; raises GrammarError."""
        # By name, because the library's type stubs do not parse (they annotate Python keywords).
        postgast = import_module("postgast")
        as_json = import_module("google.protobuf.json_format").MessageToDict
        try:
            result = postgast.parse(text)
        except postgast.PgQueryError as error:
            # PostgreSQL counts the place of an error in characters from 1; 0 means that it does not know.
            raise GrammarError(error.message, max(error.cursorpos - 1, 0)) from None
        return [
            ParsedPiece(piece.stmt_location, piece.stmt_len, as_json(piece.stmt)) for piece in result.stmts
        ]
