"""The report of an import as Markdown: for a pull request, or for whoever signs the move off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from toolkit.transfer.reconcile.figures import Figures
from toolkit.transfer.report import LoadReport, TableReport

_OUTCOMES: Final = {
    "loaded": "Everything was imported.",
    "partly": "Imported, but for the rejected rows.",
    "unchanged": "Nothing to do: everything is there.",
    "rehearsed": "Dry run: rolled back, nothing was written.",
    "stopped": "Stopped: some batches stand, the rest is not written.",
    "rejected": "Rejected: nothing was written.",
}
_HEADINGS: Final = (
    "section", "table", "read", "inserted", "updated", "unchanged", "skipped", "merged", "rejected",
    "held back", "filtered", "made", "before", "after",
)  # fmt: skip
_LISTED: Final = 50


def markdown_of(report: LoadReport) -> str:
    """The whole report; owners with differences stand first, and at most fifty are listed."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: LoadReport) -> Iterator[str]:
    yield from ("# Import", "", _OUTCOMES[report.outcome])
    if report.outcome not in ("rejected", "stopped"):
        told = "holds what the source says" if report.reconciles else "does **not** hold what the source says"
        yield f"The database {told}."
    if report.run is not None:
        yield f"Run `{report.run}`, {report.seconds:.1f} s."
    yield from ("", *_table(_HEADINGS, [_counts(table) for table in report.tables]))
    yield from _checksums(report.tables)
    for table in report.tables:
        if table.figures is not None:
            yield from _figures(table.table, table.figures)
    yield from _altered(report)
    yield from _rejects(report)
    if report.notices:
        yield from ("", "## Notes", "", *(f"- {_plain(notice)}" for notice in report.notices))


def _counts(table: TableReport) -> tuple[object, ...]:
    return (
        table.table, table.target, table.read, table.inserted, table.updated, table.unchanged, table.skipped,
        table.merged, table.rejected, table.held_back, table.filtered, table.made, table.before, table.after,
    )  # fmt: skip


def _checksums(tables: Sequence[TableReport]) -> Iterator[str]:
    rows = [
        (
            table.table,
            found.rows,
            found.found,
            f"`{found.expected}`",
            f"`{found.stored}`",
            _verdict(found.holds),
        )
        for table in tables
        if (found := table.checksum) is not None
    ]
    if rows:
        yield from ("", "## Checksums", "")
        yield from _table(("section", "should stand", "stand", "sent", "stored", "verdict"), rows)


def _figures(section: str, figures: Figures) -> Iterator[str]:
    if figures.sums:
        rows = [
            (each.column, each.source or "-", each.stored or "-", each.difference, _verdict(not each.differs))
            for each in figures.sums
        ]
        yield from ("", f"## Sums of {section}", "")
        yield from _table(("column", "source", "stored", "difference", "verdict"), rows)
    if figures.groups:
        names = [each.column for each in figures.groups[0].sums]
        lines = [
            (
                "NULL" if group.value is None else group.value,
                group.source,
                group.stored,
                group.difference,
                group.before,
                group.after,
                *(each.difference for each in group.sums),
                _verdict(not group.differs),
            )
            for group in figures.groups[:_LISTED]
        ]
        yield from ("", f"## {section} by {figures.group_by}", "")
        headings = ("value", "source", "stored", "difference", "before", "after")
        yield from _table((*headings, *(f"difference of {name}" for name in names), "verdict"), lines)
        if len(figures.groups) > _LISTED:
            yield f"\nand {len(figures.groups) - _LISTED} more, all after those with differences."


def _altered(report: LoadReport) -> Iterator[str]:
    if report.altered:
        rows = [
            (
                f"{one.table}.{one.column}",
                one.rule,
                one.count,
                "; ".join(_example(each) for each in one.examples),
            )
            for one in report.altered
        ]
        yield from ("", "## Altered values", "", *_table(("column", "rule", "rows", "examples"), rows))


def _example(each: object) -> str:
    before, after = getattr(each, "before", ""), getattr(each, "after", None)
    return f"{before} became {'NULL' if after is None else after}"


def _rejects(report: LoadReport) -> Iterator[str]:
    if report.rejects:
        rows = [(reject.code, reject.sentence, reject.hint) for reject in report.rejects]
        yield from ("", "## Rejected", "", *_table(("code", "where and why", "hint"), rows))
        if report.reasons > len(report.rejects):
            yield f"\nand {report.reasons - len(report.rejects)} more reasons."
        if report.reject_file is not None:
            yield f"\nThe records are in `{report.reject_file}`."


def _verdict(holds: bool) -> str:
    return "equal" if holds else "**differs**"


def _table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for row in rows:
        yield f"| {' | '.join(_plain(str(cell)) for cell in row)} |"


def _plain(text: str) -> str:
    """The text on one line, with what would end a cell or be read as a tag made harmless."""
    shown = "".join(mark if mark.isprintable() else " " for mark in text)
    return shown.replace("|", "\\|").replace("<", "&lt;")
