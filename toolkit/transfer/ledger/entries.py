"""What stands in the ledger, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Status = Literal["running", "stopped", "failed", "unchanged", "done", "undone"]
"""`unchanged`: it was there already. `failed`: nothing of it stands, or another run took its place.
`undone`: its rows were taken back, but for those that somebody changed since or refers to."""
RunMode = Literal["atomic", "batched"]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What a run is to import. Two orders with one fingerprint are the same file."""

    source: str
    """For people: the names of the files."""
    fingerprint: str
    """Of the source's bytes, see `fingerprint_of`."""
    mapping: str
    """Of the rules, see `mapping_hash`."""
    target: str
    """Of the target tables as they are when the run begins: columns, keys, and the revision if known."""
    mode: RunMode = "atomic"
    batch_rows: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What a resumed run needs to know of the first one: plain JSON values, such as row counts before."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as the ledger has it."""

    id: str
    source: str
    fingerprint: str
    mapping: str
    target: str
    mode: RunMode
    batch_rows: int | None
    status: Status
    """`running` also when its process was killed: nobody could write another word."""
    began: datetime
    ended: datetime | None
    facts: Mapping[str, Any]
    batches: int
    """How many batches of it stand."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch of one table. `number` counts from 1 within the table."""

    table: str
    """The section of the mapping."""
    number: int
    first: int | None
    last: int | None
    """The lowest and the highest ordinal of its rows, from 1; rows in between may stand in other batches."""
    counts: Mapping[str, int]
    """By outcome: read, inserted, updated, unchanged, skipped, rejected, ..."""
    byte_start: int | None = None
    byte_end: int | None = None
    checksum: int | None = None
    """Of the rows as stored; adding those of all batches up gives the table's."""
    rejects: tuple[Mapping[str, Any], ...] = ()
    """Why rows of it were rejected, as plain JSON values."""
    skipped: tuple[tuple[int, int], ...] = ()
    """Ranges of ordinals, both ends in them, of the rows that were left as they stood."""
