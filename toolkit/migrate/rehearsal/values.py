"""What a rehearsal answers with: each step as it was observed, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.findings import Report

Pass = Literal["up", "down", "up again"]


@dataclass(frozen=True, slots=True)
class ObservedLock:
    """A lock on a relation that was there before the transaction."""

    relation: str
    mode: str
    """As `LOCK TABLE` writes it."""
    held: float | None
    """Seconds from the statement's beginning until the transaction's end; None for its own duration."""


@dataclass(frozen=True, slots=True)
class ObservedStatement:
    """One statement as it ran."""

    number: int
    sql: str
    line: int | None
    transaction: int | None
    autocommit: bool
    bookkeeping: bool
    kinds: tuple[str, ...]
    seconds: float
    rows: int | None
    rows_read: int | None
    rows_changed: int | None
    locks: tuple[ObservedLock, ...] | None
    """None: it committed by itself and was not seen with a lock."""
    rewritten: tuple[str, ...]
    built: tuple[str, ...]
    predicted: tuple[ObservedLock, ...]
    """The lock matrix's word on the relations that it names."""
    agrees: bool | None
    """Whether what was seen is what was predicted; None where one of them is not known."""


@dataclass(frozen=True, slots=True)
class Step:
    """One revision, one way."""

    revision: str
    message: str
    path: str
    way: Pass
    seconds: float | None
    """None if it failed."""
    statements: tuple[ObservedStatement, ...]
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal of some revisions."""

    database: str
    """Where it ran, without credentials."""
    server: str
    ground: str
    rows: int
    """Synthetic rows that were made."""
    steps: tuple[Step, ...]
    report: Report
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def revisions(self) -> tuple[str, ...]:
        """The ids, in order."""
        return tuple(dict.fromkeys(step.revision for step in self.steps))
