"""The results of `neonkit schema sizes` and `schema rows` as text."""

from __future__ import annotations

from typing import Final

from toolkit.reports.table import printable, table
from toolkit.schema.rows import RowPage
from toolkit.schema.spelling import bytes_text, plural, value_text
from toolkit.schema.usage import TableUse, UsageReport

CELL: Final = 60
"""Characters of a value that a text table shows."""


def usage_text(found: UsageReport, *, indexes: bool) -> str:
    """One line per table, with its indexes below it if wanted, then what the figures stand on."""
    if not found.tables:
        return "No tables."
    headings = ("table", "rows", "dead", "size", "table only", "indexes", "seq scans", "index scans", "bloat")
    lines = [table(headings, map(_table_row, found.tables), right=headings[1:])]
    if indexes:
        lines += ["", _indexes(found)]
    since = f"since {found.since:%Y-%m-%d %H:%M} UTC" if found.since else "since the server's counters began"
    in_all = (
        "" if found.database_bytes is None else f", the database {bytes_text(found.database_bytes)} in all"
    )
    lines += ["", f"{len(found.tables):,} of {plural('table', found.of)}{in_all}"]
    lines.append(f"scans: counted by this server {since}; replicas count their own")
    basis = next((line.bloat.basis for line in found.tables if line.bloat), "needs ANALYZE")
    lines.append(f"bloat: estimated of the table without TOAST and indexes; {basis}")
    return "\n".join(lines)


def _table_row(line: TableUse) -> tuple[object, ...]:
    return (
        str(line.relation),
        None if line.rows is None else f"~{line.rows:,}",
        f"{line.dead_rows:,}",
        bytes_text(line.total_bytes),
        bytes_text(line.table_bytes),
        bytes_text(line.index_bytes),
        f"{line.sequential_scans:,}",
        f"{line.index_scans:,}",
        None if line.bloat is None else f"~{bytes_text(line.bloat.bytes)} ({line.bloat.share:.0%})",
    )


def _indexes(found: UsageReport) -> str:
    headings = ("index", "on", "size", "scans", "last scan", "")
    rows = [
        (
            index.name,
            str(line.relation),
            bytes_text(index.bytes),
            f"{index.scans:,}",
            None if index.last_scan is None else f"{index.last_scan:%Y-%m-%d %H:%M}",
            "INVALID"
            if not index.valid
            else "unique"
            if index.unique
            else "never used"
            if not index.scans
            else "",
        )
        for line in found.tables
        for index in line.indexes
    ]
    return table(headings, rows, right=("size", "scans"))


def page_text(page: RowPage) -> str:
    """The rows under their columns, then how to go on.

    NULL is written so, a text that would look the same is put in quotes, and control characters are escaped.
    """
    cut = set(page.cut)
    rows = [
        [value_text(value, cut=(number, place) in cut) for place, value in enumerate(row)]
        for number, row in enumerate(page.rows)
    ]
    lines = [table([printable(column.name) for column in page.columns], rows)] if rows else ["No rows."]
    if page.next is not None:
        lines.append(f"next page: --after {page.next}")
    elif page.more:
        lines.append("there are more rows")
    if page.note and page.more:
        lines.append(page.note)
    if page.hidden:
        lines.append(f"not readable by this role: {', '.join(map(printable, page.hidden))}")
    return "\n".join(lines)
