"""The result of `neonkit import` as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from toolkit.reports.table import printable, table
from toolkit.transfer import LoadReport, Reject

_OUTCOMES: Final = {
    "loaded": "Imported.",
    "unchanged": "Nothing to do: every row is in its table already.",
    "rehearsed": "Dry run: everything fits. Rolled back, nothing was written.",
    "rejected": "Rejected. Nothing was written.",
}


def report_text(report: LoadReport) -> str:
    """The outcome, one line per section of the mapping, then why rows were rejected."""
    headings = (
        "section",
        "table",
        "read",
        "inserted",
        "skipped",
        "merged",
        "rejected",
        "held back",
        "before",
        "after",
    )
    rows = [
        (
            line.table,
            line.target,
            line.read,
            line.inserted,
            line.skipped,
            line.merged,
            line.rejected,
            line.held_back,
            line.before,
            line.after,
        )
        for line in report.tables
    ]
    empty = report.outcome == "unchanged" and not report.read
    headline = "Nothing to do: the source holds no rows." if empty else _OUTCOMES[report.outcome]
    lines = [headline, "", table(headings, rows, right=headings[2:])]
    lines += [f"note: {printable(notice)}" for notice in (*report.notices, *_differences(report))]
    lines += [f"sequence {moved.sequence} goes on above {moved.past}" for moved in report.sequences]
    if report.rejects:
        lines += ["", *(line for reject in report.rejects for line in _reject(reject))]
    if report.reasons > len(report.rejects):
        lines.append(
            f"... and {report.reasons - len(report.rejects)} more (policy.max_errors in the mapping)"
        )
    return "\n".join(lines)


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
        if line.altered is None and line.inserted:
            yield f"{line.target}: rows were not read back, for want of a mapped primary key or of rights."
