"""From what the import answers to what the screen shows: texts and figures, nothing decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from toolkit.secret import MASK
from toolkit.transfer import LoadReport, TableReport
from toolkit.transfer.refeed.mending import RejectedValue, rejected_values
from toolkit.transfer.suggest import Outline, PathOutline
from toolkit.tui.facts.importing import ImportOutcome, PathLine, RejectLine, Shape, Stage

_OUTCOMES: Final = {
    "loaded": "Loaded: everything arrived",
    "partly": "Loaded, but for the rows that do not fit",
    "unchanged": "Nothing to load: all of it is there already",
    "rehearsed": "Rehearsed and rolled back: everything fits, nothing was written",
    "rejected": "Rejected: nothing was written",
}
_MOST_LINES: Final = 200
_GROUPS: Final = 20


def shape_of(outline: Outline) -> Shape:
    """What is in one source."""
    return Shape(
        outline.location or outline.name,
        outline.kind,
        outline.encoding,
        outline.records,
        outline.flawed,
        outline.size,
        outline.digest,
        outline.notices,
        tuple(_path(each) for each in outline.paths),
        outline.cut,
    )


def _path(each: PathOutline) -> PathLine:
    kinds = [kind if len(each.kinds) == 1 else f"{kind} {count:,}" for kind, count in each.kinds]
    share = each.seen / each.of if each.of else 0.0
    return PathLine(
        each.path, ", ".join(kinds) or "null", share, each.null, each.distinct, ", ".join(each.samples)
    )


def outcome_of(report: LoadReport, stage: Stage) -> ImportOutcome:
    """What an import did."""
    lines = () if report.reject_file is None else rejected_values(Path(report.reject_file))
    sentence = _OUTCOMES[report.outcome]
    if report.outcome == "rehearsed" and report.rejects:
        sentence = "Rehearsed and rolled back: the rows that fit would be loaded"
    return ImportOutcome(
        headings=("table", "read", "inserted", "there already", "rejected", "rows now"),
        rows=tuple(_counts(one) for one in report.tables),
        sentence=f"{sentence} ({report.read:,} rows read in {report.seconds:.1f} s)",
        rejects=() if lines else tuple(reject.sentence for reject in report.rejects),
        rejected=bool(report.rejects),
        stage=stage,
        lines=tuple(_reject(value) for value in lines[:_MOST_LINES]),
        reasons=max(report.reasons, len(lines)),
        reject_file=report.reject_file,
        proof=tuple(_proof(report)),
        reconciles=report.reconciles and report.outcome != "rejected",
        run=report.run,
    )


def _counts(one: TableReport) -> tuple[str, ...]:
    there = one.skipped + one.unchanged + one.updated
    return tuple(
        str(figure) for figure in (one.target, one.read, one.inserted, there, one.rejected, one.after)
    )


def _reject(value: RejectedValue) -> RejectLine:
    return RejectLine(
        value.line,
        value.where,
        value.way,
        value.table,
        value.column or "",
        MASK if value.masked else value.current or value.shown or "(none)",
        value.reason,
        value.hint,
        None if value.masked else value.current,
        value.masked,
        value.fixed,
    )


def _proof(report: LoadReport) -> Iterator[tuple[str, str]]:
    """What has to balance: counts, checksums, sums and owners, both sides; differences first."""
    for one in sorted(report.tables, key=lambda each: each.reconciles):
        yield one.target if one.table in one.target else f"{one.target} ({one.table})", _balance(one)
        if one.checksum is not None and one.checksum.rows:
            found = one.checksum
            verdict = "equal" if found.holds else f"DIFFERS: stored {found.found:,} rows, {found.stored}"
            yield "", f"checksum of {found.rows:,} rows {found.expected} {verdict}"
        yield from (("", line) for line in _figures(one))
    for moved in report.sequences:
        yield "sequence", f"{moved.sequence} goes on above {moved.past}"
    for altered in report.altered:
        yield "altered", f"{altered.table}.{altered.column}: {altered.rule}, {altered.count:,} rows"
    yield from (("note", notice) for notice in report.notices)
    if report.run is not None:
        yield "run", report.run


def _balance(one: TableReport) -> str:
    parts = (
        ("inserted", one.inserted), ("updated", one.updated), ("unchanged", one.unchanged),
        ("skipped", one.skipped), ("merged", one.merged), ("rejected", one.rejected),
        ("held back", one.held_back), ("filtered", one.filtered),
    )  # fmt: skip
    told = " + ".join(f"{count:,} {name}" for name, count in parts if count) or "nothing"
    made = f" + {one.made:,} made" if one.made else ""
    verdict = "balances" if one.balances else "DOES NOT BALANCE"
    return f"{one.read:,} read{made} = {told}: {verdict}; {one.before:,} rows before, {one.after:,} after"


def _figures(one: TableReport) -> Iterator[str]:
    if one.figures is None:
        return
    for total in one.figures.sums:
        verdict = f"DIFFERS by {total.difference}" if total.differs else "both sides"
        yield f"sum of {total.column} {total.source or 0} {verdict}"
    groups = one.figures.groups
    for group in groups[:_GROUPS]:
        verdict = "DIFFERS" if group.differs else "equal"
        name = f"{one.figures.group_by} {group.value or 'NULL'}"
        yield f"{name}: source {group.source:,}, stored {group.stored:,} {verdict}"
    if len(groups) > _GROUPS:
        yield f"and {len(groups) - _GROUPS:,} more of {one.figures.group_by}"
