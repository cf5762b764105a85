"""From the rejects of a book to the records that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.judge.rejects import Reject
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.sources.record import SourceContent, SourceRecord

_Spot = tuple[str, str]
"""The label of a file, and the pointer of a record or row in it."""


@dataclass(slots=True)
class RejectedRecord:
    """One record of a source in which something was rejected."""

    source: str
    """The name of the source in the mapping."""
    record: SourceRecord
    rows: list[tuple[Row, list[Reject]]] = field(default_factory=list)
    """The rows of it that are rejected, each with its reasons."""
    broken: list[Reject] = field(default_factory=list)
    """What is wrong with the record, so that it never became rows."""


def rejected_records(plan: Plan, book: Book, contents: Mapping[str, SourceContent]) -> list[RejectedRecord]:
    """The records with rejects, in the order of the sources."""
    found = {
        (record.place.source, record.place.pointer): RejectedRecord(name, record)
        for name, content in contents.items()
        for record in content.records
    }
    # A broken record is no row: its ordinal may be that of a row in another record.
    reasons: dict[tuple[str, int, _Spot], list[Reject]] = {}
    for reject in book.rejects:
        spot = _record_of(plan, reject.table, reject.source, reject.pointer)
        reasons.setdefault((reject.table, reject.ordinal, spot), []).append(reject)
    told: set[int] = set()
    for name, rows in book.rows.items():
        for row in rows:
            if not row.rejected:
                continue
            spot = _record_of(plan, name, row.place.source, row.place.pointer)
            own = reasons.get((name, row.ordinal, spot), [])
            told.update(map(id, own))
            record = found.get(spot)
            if record is not None:
                record.rows.append((row, own))
    for reject in book.rejects:
        record = found.get(_record_of(plan, reject.table, reject.source, reject.pointer))
        if id(reject) not in told and record is not None:
            record.broken.append(reject)
    return [record for record in found.values() if record.rows or record.broken]


def _record_of(plan: Plan, table: str, source: str, pointer: str) -> _Spot:
    depth = len(plan.tables[table].rule.rows.container) + 1
    return source, "/".join(pointer.split("/")[: depth + 1])
