"""What an import did: what was read, what became of it, why rows were rejected, and the proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.transfer.errors import RowsRejectedError
from toolkit.transfer.judge.altered import AlteredColumn
from toolkit.transfer.judge.rejects import Reject
from toolkit.transfer.loading.errors import SomeRejectedError
from toolkit.transfer.loading.sequences import MovedSequence
from toolkit.transfer.reconcile.figures import Figures

Outcome = Literal["loaded", "unchanged", "rehearsed", "rejected", "partly", "stopped"]


@dataclass(frozen=True, slots=True)
class Checksum:
    """The same rows from both sides: as they were sent and as they stand, each hashed and added up."""

    rows: int
    found: int
    expected: str
    """Sixteen hex digits; the order of the rows does not matter."""
    stored: str

    @property
    def holds(self) -> bool:
        """Whether what stands is what should stand."""
        return self.rows == self.found and self.expected == self.stored


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table.

    Invariant: read + made = inserted + updated + unchanged + skipped + merged + rejected + held_back
    + filtered.
    """

    table: str
    """The section of the mapping."""
    target: str
    read: int
    inserted: int
    """Written; with `rehearsed`, written and rolled back."""
    skipped: int
    """Rows whose primary key was in the table already."""
    merged: int
    """Rows that another row of the input stands for."""
    rejected: int
    held_back: int
    """Sound rows that were not written because others were rejected."""
    before: int
    """Rows in the target before; of all sections that fill it."""
    after: int
    altered: int | None
    """Rows stored with another value than was sent; None where that cannot be compared."""
    skipped_differing: int | None
    """Skipped rows whose stored values differ from the source."""
    updated: int = 0
    """Stored rows that were changed."""
    unchanged: int = 0
    """Rows that stand in the table with these values already, or that an earlier run wrote."""
    filtered: int = 0
    """Rows that the mapping's `where` leaves to other sections."""
    made: int = 0
    """Rows that no record stands for, made because others refer to them."""
    known_differing: int = 0
    """Rows that an earlier run of the same file wrote, and that are gone or hold other values by now."""
    checksum: Checksum | None = None
    """None where rows cannot be found again: no mapped primary key, or policies that hide rows."""
    figures: Figures | None = None
    """What the mapping's `reconcile` asks for."""

    @property
    def balances(self) -> bool:
        """Whether every row that was read is accounted for."""
        known = self.inserted + self.updated + self.unchanged + self.skipped
        return self.read + self.made == known + self.merged + self.rejected + self.held_back + self.filtered

    @property
    def reconciles(self) -> bool:
        """Whether nothing stands there otherwise than the source says."""
        figures = self.figures
        if figures is not None and any(each.differs for each in figures.sums):
            return False
        if figures is not None and any(each.differs for each in figures.groups):
            return False
        return self.balances and (self.checksum is None or self.checksum.holds)


@dataclass(frozen=True, slots=True)
class LoadReport:
    """A whole import.

    `loaded`: committed. `partly`: committed, but for rows that are rejected. `unchanged`: everything was
    there already. `rehearsed`: a dry run that the server accepted, rolled back. `rejected`: nothing was
    written; of a resumed run, nothing more. `stopped`: of an import in batches some stand; `run` goes on.
    """

    outcome: Outcome
    tables: tuple[TableReport, ...]
    rejects: tuple[Reject, ...]
    """The first ones, up to the mapping's `show_errors`."""
    reasons: int
    """How many rejects there are in all."""
    sequences: tuple[MovedSequence, ...]
    notices: tuple[str, ...]
    seconds: float
    run: str | None = None
    """How the ledger knows it; None where nothing is entered."""
    altered: tuple[AlteredColumn, ...] = ()
    """What the mapping made of values, counted."""
    reject_file: str | None = None
    """Where the rejected records were written."""
    record_files: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """Rows read, over all tables."""
        return sum(table.read for table in self.tables)

    @property
    def rejected(self) -> int:
        """Rows rejected, over all tables."""
        return sum(table.rejected for table in self.tables)

    @property
    def reconciles(self) -> bool:
        """Whether everything that should be there is there as the source says."""
        return self.outcome == "rejected" or all(table.reconciles for table in self.tables)

    def require_loaded(self) -> LoadReport:
        """This report. Raises `RowsRejectedError`, or `SomeRejectedError` where the others are written."""
        if self.outcome == "rejected":
            raise RowsRejectedError(self.rejected, self.read, self.rejects[0].sentence)
        if self.rejects:
            rehearsed = self.outcome == "rehearsed"
            first = self.rejects[0].sentence
            raise SomeRejectedError(self.rejected, self.read, rehearsed, self.reject_file, first)
        return self
