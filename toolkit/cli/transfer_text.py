"""The result of `neonkit import` as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from toolkit.reports.table import printable, table
from toolkit.transfer import LoadReport, Reject, TableReport

_OUTCOMES: Final = {
    "loaded": "Imported.",
    "partly": "Imported, but for the rows that do not fit.",
    "unchanged": "Nothing to do: every row is in its table already.",
    "rehearsed": "Dry run: everything fits. Rolled back, nothing was written.",
    "stopped": "Stopped. The batches that were written stand, the rest is not written.",
    "rejected": "Rejected. Nothing was written.",
}
_SELDOM: Final = ("updated", "unchanged", "merged", "held back", "filtered", "made")
"""Columns that are left out where they say 0 for every table."""
_GROUPS: Final = 10


def report_text(report: LoadReport) -> str:
    """The outcome, one line per section of the mapping, the proof, then why rows were rejected."""
    lines = [_headline(report), "", _counts(report.tables)]
    lines += [f"note: {printable(notice)}" for notice in (*report.notices, *_differences(report))]
    lines += [printable(line) for each in report.tables for line in _figures(each)]
    lines += [f"sequence {moved.sequence} goes on above {moved.past}" for moved in report.sequences]
    lines += [f"altered: {one.table}.{one.column}: {one.rule}, {one.count} rows" for one in report.altered]
    if report.rejects:
        lines += ["", *(line for reject in report.rejects for line in _reject(reject))]
    if report.reasons > len(report.rejects):
        lines.append(
            f"... and {report.reasons - len(report.rejects)} more (policy.show_errors in the mapping)"
        )
    lines += [
        f"rejected records: {printable(path)}" for path in (report.reject_file, *report.record_files) if path
    ]
    if report.run is not None:
        lines.append(f"run {report.run}")
    return "\n".join(lines)


def _headline(report: LoadReport) -> str:
    if report.outcome == "unchanged" and not report.read:
        return "Nothing to do: the source holds no rows."
    if report.outcome == "rehearsed" and report.rejects:
        return "Dry run: the rows that fit would be imported. Rolled back, nothing was written."
    if report.outcome == "rejected" and any(table.inserted or table.updated for table in report.tables):
        return "Rejected. Nothing more was written; the batches of before stand."
    return _OUTCOMES[report.outcome]


def _counts(tables: Sequence[TableReport]) -> str:
    headings = (
        "section", "table", "read", "inserted", "updated", "unchanged", "skipped", "merged", "rejected",
        "held back", "filtered", "made", "before", "after",
    )  # fmt: skip
    rows = [
        (
            line.table, line.target, line.read, line.inserted, line.updated, line.unchanged, line.skipped,
            line.merged, line.rejected, line.held_back, line.filtered, line.made, line.before, line.after,
        )
        for line in tables
    ]  # fmt: skip
    shown = [
        place for place, name in enumerate(headings) if name not in _SELDOM or any(row[place] for row in rows)
    ]
    kept = [headings[place] for place in shown]
    return table(kept, [tuple(row[place] for place in shown) for row in rows], right=kept[2:])


def _figures(line: TableReport) -> Iterator[str]:
    """Checksum, sums and owners of one table; of the owners those with differences first."""
    if line.checksum is not None and line.checksum.rows:
        found = line.checksum
        verdict = "equal" if found.holds else f"DIFFERS: stored {found.found} rows, {found.stored}"
        yield f"checksum of {line.target}: {found.rows} rows, {found.expected}, {verdict}"
    if line.figures is None:
        return
    for each in line.figures.sums:
        verdict = f"DIFFERS by {each.difference}" if each.differs else "equal"
        yield f"sum of {line.target}.{each.column}: {each.source or 0}, {verdict}"
    for group in line.figures.groups[:_GROUPS]:
        verdict = "DIFFERS" if group.differs else "equal"
        counted = f"source {group.source}, stored {group.stored}, before {group.before}, after {group.after}"
        yield f"{line.figures.group_by} {group.value or 'NULL'}: {counted}, {verdict}"
    if len(line.figures.groups) > _GROUPS:
        yield f"... and {len(line.figures.groups) - _GROUPS} more of {line.figures.group_by}"


def _reject(reject: Reject) -> Iterator[str]:
    yield f"{reject.code}: {printable(reject.sentence)}"
    if reject.hint:
        yield f"    {printable(reject.hint)}"


def _differences(report: LoadReport) -> Iterator[str]:
    for line in report.tables:
        if line.altered:
            yield f"{line.target}: {line.altered} rows were stored with other values; by a trigger?"
        if line.skipped_differing:
            yield f"{line.target}: {line.skipped_differing} skipped rows differ from the source."
        if line.known_differing:
            gone = f"{line.known_differing} rows are gone or hold other values"
            yield f"{line.target}: {gone} than an earlier run wrote."
        if line.altered is None and line.inserted:
            yield f"{line.target}: rows were not read back, for want of a mapped primary key or of rights."
