"""Take up what earlier batches of the same run did: their rows, rejects and numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.rejects import Cause, Reject
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.ledger import Batch
from toolkit.transfer.loading.batches import Portion

Done = Mapping[str, Mapping[int, Batch]]
"""The batches that stand, by section and number."""


def settle(book: Book, parts: Sequence[Portion], done: Done) -> list[Portion]:
    """Mark the rows of portions that stand already; returns the portions that are left."""
    left = []
    for portion in parts:
        batches = {name: done.get(name, {}).get(portion.number) for name in portion.rows}
        if not all(batches.values()):
            left.append(portion)
            continue
        for name, batch in batches.items():
            if batch is not None:
                _settle(book, portion.rows[name], batch)
    return left


def _settle(book: Book, rows: Sequence[Row], batch: Batch) -> None:
    told = {reject["ordinal"] for reject in batch.rejects}
    for row in rows:
        row.settled = True
        row.rejected = row.ordinal in told
        row.skipped = any(first <= row.ordinal <= last for first, last in batch.skipped)
    ordinals = {row.ordinal for row in rows}
    # What the judge found again is in the batch, too, with what only the server had told.
    book.rejects[:] = [
        reject for reject in book.rejects if reject.table != batch.table or reject.ordinal not in ordinals
    ]
    book.rejects.extend(reject_from(reject) for reject in batch.rejects)


def counted(done: Done, name: str) -> Counter[str]:
    """The numbers of the batches of a section that stand."""
    total: Counter[str] = Counter()
    for batch in done.get(name, {}).values():
        total.update(batch.counts)
    return total


def outcomes(rows: Iterable[Row]) -> Counter[str]:
    """How many rows have which outcome, if all live ones are written. Settled rows are left out."""
    return Counter(_outcome(row) for row in rows if not row.settled)


def _outcome(row: Row) -> str:
    if row.rejected:
        return "rejected"
    if row.skipped:
        return "skipped"
    if row.unchanged:
        return "unchanged"
    if row.merged:
        return "merged"
    return "updated" if row.exists else "inserted"


def ranges(ordinals: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """These numbers as ranges, both ends in them."""
    found: list[tuple[int, int]] = []
    for number in sorted(ordinals):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def within(found: Iterable[Sequence[int]]) -> set[int]:
    """The numbers of these ranges."""
    return {number for first, last in found for number in range(first, last + 1)}


def plain_reject(reject: Reject) -> dict[str, Any]:
    """The reject as plain JSON values."""
    return asdict(reject)


def reject_from(plain: Mapping[str, Any]) -> Reject:
    """The reject that `plain_reject` made these of."""
    cause = plain.get("caused_by")
    return Reject(**{**plain, "caused_by": None if cause is None else Cause(**cause)})
