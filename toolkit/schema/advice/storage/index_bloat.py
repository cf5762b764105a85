"""Indexes larger than their keys. The figures are estimates, and say so."""

from __future__ import annotations

from typing import Final

from toolkit.schema.advice.fixes import statements
from toolkit.schema.advice.rule import INFO, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Index, Qualified
from toolkit.schema.spelling import bytes_text
from toolkit.sql.quoting import qualified

_KEY_HEADER: Final = 12
"""Bytes of an index entry beside its key: header and line pointer."""
_PAGE_USE: Final = 0.88
"""Share of a page that entries fill right after a build: the fill factor of 90%, less the page's own."""


@rule(
    "index-bloat",
    INFO,
    name="Index much larger than its keys (an estimate)",
    why="Half-empty pages are read and kept in memory like full ones, and deleting rows does not give them "
    "back.",
    example="-- of 300 MB, with keys that would fit into about 100 MB\n"
    "CREATE TABLE events (id bigint PRIMARY KEY, day date);\nCREATE INDEX by_day ON events (day);",
    fix="`REINDEX INDEX CONCURRENTLY` builds it again beside the old one.",
    needs_statistics=True,
)
def index_bloat(scope: Scope) -> Found:
    """A B-tree over columns and all rows, of 100 MB or more, of which 40% or more would not be needed by the
    widths of its columns. Equal keys share an entry, so that an index may be emptier than it looks here.
    """
    for index in scope.indexes:
        name = Qualified(index.schema, index.name)
        known, rows, width = (
            scope.statistics.indexes.get(name),
            scope.rows(index.relation),
            _width(scope, index),
        )
        if known is None or not rows or width is None or known.bytes < scope.settings.large_bytes:
            continue
        needed = int(rows * width / _PAGE_USE)
        share = 1 - needed / known.bytes
        if share >= scope.settings.bloat_share and index.valid:
            yield Advice(
                index.key,
                f"{name} takes {bytes_text(known.bytes)}; its keys would fit into about"
                f" {bytes_text(needed)}.",
                statements(
                    "build it again", f"REINDEX INDEX CONCURRENTLY {qualified(index.schema, index.name)}"
                ),
                {"bytes": known.bytes, "needed": needed, "share": round(share, 2), "estimate": True},
            )


def _width(scope: Scope, index: Index) -> float | None:
    """Average bytes of an entry; None for expressions, predicates, other methods and unknown widths."""
    if index.method != "btree" or index.predicate is not None:
        return None
    width = 0
    for column in (*(key.column for key in index.keys), *index.include):
        known = scope.statistics.columns.get((index.schema, index.table, column)) if column else None
        if known is None:
            return None
        width += known.width
    return _KEY_HEADER + -(-width // 8) * 8
