"""What a run on the fast road is about, and what all of them have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.ledger import RunOrder
from toolkit.transfer.loading.reading import entry_of
from toolkit.transfer.loading.sequences import MovedSequence
from toolkit.transfer.loading.terms import Terms
from toolkit.transfer.mapping.model import TransferMapping
from toolkit.transfer.refeed.writing import RejectFiles, write_rejects
from toolkit.transfer.report import LoadReport, Outcome, TableReport
from toolkit.transfer.sources.located import Located
from toolkit.transfer.stream.errors import TableChangedError
from toolkit.transfer.stream.section import Section
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.wire import Wire

ROAD: Final = "blocks"
"""How the ledger knows runs of this room: their batches are cut otherwise than those of a run in memory."""


KNOWN: Final = "an earlier run imported the same file"


class OtherRoadError(Exception):
    """What the ledger knows makes this an import for the other road. Never leaves the room."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class StreamOrder:
    """What is to be imported, and how. `eligible` has nothing against the plan."""

    mapping: TransferMapping
    plan: Plan
    sources: Mapping[str, Located]
    terms: Terms
    rejects: Path | None = None
    """Where rejected records are written."""


def require_same_tables(wire: Wire, plan: Plan) -> None:
    """The tables must be those that the sources were surveyed for. Raises `TableChangedError`."""
    found = read_tables(wire, {name: table.rule.into or name for name, table in plan.tables.items()})
    for name, table in plan.tables.items():
        if found.get(name) != table.target:
            raise TableChangedError(table.target.label)


def ledger_entry(order: StreamOrder, sections: Sequence[Section]) -> RunOrder:
    """How the ledger knows this import, when its sources are surveyed."""
    contents = {section.table.source: section.content for section in sections}
    targets = {name: table.target for name, table in order.plan.tables.items()}
    entry = entry_of(order.mapping, contents, targets, order.terms)
    return RunOrder(
        entry.source,
        entry.fingerprint,
        entry.mapping,
        entry.target,
        entry.mode,
        entry.batch_rows,
        {"road": ROAD},
    )


def is_refused(order: StreamOrder, sections: Sequence[Section]) -> bool:
    """Whether more rows are rejected than the run bears."""
    rejected = sum(section.totals.rejected for section in sections if hasattr(section, "totals"))
    return rejected > order.terms.bears


def written_outcome(sections: Sequence[Section]) -> Outcome:
    """What became of an import whose rows stand."""
    if any(section.totals.reasons for section in sections):
        return "partly"
    return "loaded" if any(section.totals.written for section in sections) else "unchanged"


def run_facts(sections: Sequence[Section]) -> dict[str, object]:
    """What the ledger keeps of a run beside its batches: which rows it did not write."""
    rejected = {section.table.name: section.totals.rejected_ordinals for section in sections}
    return {"rejected": {name: found for name, found in rejected.items() if found}, "road": ROAD}


def report_of(
    order: StreamOrder,
    sections: Sequence[Section],
    outcome: Outcome,
    sequences: Sequence[MovedSequence],
    run: str | None,
    seconds: float,
) -> LoadReport:
    """What became of everything; the reject files are written."""
    rejects = [told for section in sections for told in section.totals.rejects]
    files = _reject_files(order, sections, run)
    return LoadReport(
        outcome=outcome,
        run=run,
        tables=tuple(_table(section, outcome) for section in sections),
        rejects=tuple(rejects[: order.terms.show_errors]),
        reasons=sum(section.totals.reasons for section in sections),
        altered=tuple(one for section in sections for one in section.totals.altered),
        sequences=tuple(sequences),
        notices=tuple(notice for section in sections for notice in section.survey.notices),
        reject_file=files.rejects if files else None,
        record_files=files.records if files else (),
        seconds=seconds,
    )


def _reject_files(order: StreamOrder, sections: Sequence[Section], run: str | None) -> RejectFiles | None:
    if order.rejects is None:
        return None
    records = [record for section in sections for record in section.totals.records]
    records.sort(key=lambda found: (found.source, found.record.index))
    csv = [
        section.table.source for section in sections if section.label.lower().endswith((".csv", ".tsv"))
    ] + [name for name, source in order.mapping.sources.items() if source.shape == "csv"]
    return write_rejects(order.rejects, run, records, csv)


def _table(section: Section, outcome: Outcome) -> TableReport:
    totals, rejected = section.totals, outcome == "rejected"
    counts = totals.counts
    return TableReport(
        table=section.table.name,
        target=section.table.target.label,
        read=counts["read"],
        inserted=0 if rejected else counts["inserted"],
        updated=0 if rejected else counts["updated"],
        unchanged=counts["unchanged"],
        skipped=counts["skipped"],
        merged=counts["merged"],
        rejected=counts["rejected"],
        held_back=counts["inserted"] + counts["updated"] if rejected else 0,
        before=totals.before,
        after=totals.after if outcome in ("loaded", "unchanged", "partly") else totals.before,
        # No trigger is there to alter a value, and a type makes the same of it however it comes in.
        altered=None if rejected else 0,
        skipped_differing=None if rejected else totals.differing,
    )
