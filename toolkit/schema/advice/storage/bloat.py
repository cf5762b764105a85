"""Space that holds nothing. All figures are estimates, and say so."""

from __future__ import annotations

from typing import Final

from toolkit.schema.advice.fixes import words
from toolkit.schema.advice.rule import INFO, WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Table
from toolkit.schema.spelling import bytes_text

_ROW_HEADER: Final = 28
"""Bytes of a row beside its values: header and line pointer."""
_PAGE_USE: Final = 0.97
"""Share of a page that rows can fill, roughly."""
_ALIGNMENT: Final = {
    "boolean": (1, 1), '"char"': (1, 1), "smallint": (2, 2), "integer": (4, 4), "date": (4, 4),
    "real": (4, 4),
    "oid": (4, 4), "bigint": (8, 8), "double precision": (8, 8), "timestamp with time zone": (8, 8),
    "timestamp without time zone": (8, 8), "time without time zone": (8, 8), "uuid": (16, 1), "money": (8, 8),
    "interval": (16, 8),
}  # fmt: skip
"""Bytes and alignment of types of a fixed length."""
_MOST_COLUMNS: Final = 1600
_MOST_OF_IT: Final = 0.75
"""Share of a table that is waste, from which on it is a warning."""


@rule(
    "table-bloat",
    INFO,
    name="Table much larger than its rows (an estimate)",
    why="Space of dead rows is read by every scan and kept in memory in place of rows. Where three quarters "
    "are not needed it is a warning.",
    example="-- of 1 GB, with rows that would fit into 100 MB\n"
    "CREATE TABLE events (id bigint PRIMARY KEY, note text);",
    fix="Let autovacuum run more often on it; `VACUUM FULL` locks the table, an online repack does not.",
    needs_statistics=True,
)
def table_bloat(scope: Scope) -> Found:
    """A table of 100 MB or more of which, by the widths of its columns, 40% or more would not be needed."""
    for table in scope.every_table:
        known = scope.table_statistics(table.qualified)
        width = _row_width(scope, table)
        if (
            known is None
            or not known.rows
            or width is None
            or known.pages * 8192 < scope.settings.large_bytes
        ):
            continue
        taken = known.pages * 8192
        needed = int(known.rows * width / _PAGE_USE)
        share = 1 - needed / taken
        if share >= scope.settings.bloat_share:
            yield Advice(
                table.key,
                f"{table.qualified} takes {bytes_text(taken)}; its rows would fit into about"
                f" {bytes_text(needed)}.",
                words(
                    "vacuum it more often; to give space back, VACUUM FULL in a pause, or an online repack"
                ),
                {"bytes": taken, "needed": needed, "share": round(share, 2), "estimate": True},
                WARNING if share >= _MOST_OF_IT else None,
            )


@rule(
    "dropped-column-debris",
    INFO,
    name="Many dropped columns",
    why="A dropped column stays in the catalog and counts towards the limit of 1,600, and old rows keep "
    "its values. Beyond a thousand it is a warning.",
    example="-- more dropped columns than live ones\nCREATE TABLE events (id bigint PRIMARY KEY);",
    fix="Copy the table once, in a pause.",
    needs_statistics=True,
)
def dropped_column_debris(scope: Scope) -> Found:
    """A table with 20 dropped columns or more, that outnumber the live ones."""
    for table in scope.every_table:
        known = scope.table_statistics(table.qualified)
        live = len(scope.parts(table.qualified).columns)
        if known is not None and known.dropped_columns >= 20 and known.dropped_columns > live:
            used = known.dropped_columns + live
            yield Advice(
                table.key,
                f"{table.qualified} has {known.dropped_columns} dropped columns beside {live}.",
                words("copy it into a new table in a pause; VACUUM FULL does not free the numbers"),
                {"dropped": known.dropped_columns, "live": live, "limit": _MOST_COLUMNS},
                WARNING if used > 1000 else None,
            )


@rule(
    "column-padding-waste",
    INFO,
    name="Columns in an order that wastes space",
    why="Values of eight bytes begin at multiples of eight: a boolean before each costs seven bytes of "
    "nothing, in every row.",
    example="-- of more than 100,000 rows\n"
    "CREATE TABLE events (a boolean, b bigint, c boolean, d bigint, e boolean, f bigint);",
    fix="In new tables the wide fixed columns first, then the narrow, then texts.",
    needs_statistics=True,
)
def column_padding_waste(scope: Scope) -> Found:
    """A large table in which the order of the columns of fixed length wastes 16 bytes a row or more."""
    for table in scope.every_table:
        rows = scope.rows(table.qualified) or 0
        if rows < scope.settings.large_rows:
            continue
        fixed = [
            _ALIGNMENT[column.type]
            for column in scope.parts(table.qualified).columns
            if column.type in _ALIGNMENT
        ]
        waste = _size(fixed) - _size(sorted(fixed, key=lambda one: -one[1]))
        if waste >= 16:
            yield Advice(
                table.key,
                f"{table.qualified} pads each of its {rows:,} rows by about {waste} bytes.",
                words("order the columns by width when the table is next rebuilt"),
                {"bytes a row": waste, "bytes": waste * rows, "estimate": True},
            )


def _size(columns: list[tuple[int, int]]) -> int:
    place = 0
    for size, alignment in columns:
        place += -place % alignment + size
    return place


def _row_width(scope: Scope, table: Table) -> float | None:
    """Average bytes of a row; None where a column's width is not known."""
    width = float(_ROW_HEADER)
    for column in scope.parts(table.qualified).columns:
        known = scope.statistics.columns.get((column.schema, column.table, column.name))
        if known is None:
            return None
        width += known.width * (1 - known.null_fraction)
    return width
