"""What an import did: per table what was read and what became of it, and why rows were rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from toolkit.transfer.errors import RowsRejectedError
from toolkit.transfer.judge.rejects import Reject
from toolkit.transfer.loading.sequences import MovedSequence

Outcome = Literal["loaded", "unchanged", "rehearsed", "rejected"]


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table. Invariant: read = inserted + skipped + merged + rejected + held_back."""

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


@dataclass(frozen=True, slots=True)
class LoadReport:
    """A whole import.

    `loaded`: committed. `unchanged`: everything was there already. `rehearsed`: a dry run that the server
    accepted, rolled back. `rejected`: nothing was written.
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

    @property
    def read(self) -> int:
        """Rows read, over all tables."""
        return sum(table.read for table in self.tables)

    @property
    def rejected(self) -> int:
        """Rows rejected, over all tables."""
        return sum(table.rejected for table in self.tables)

    def require_loaded(self) -> LoadReport:
        """This report. Raises `RowsRejectedError` if rows were rejected."""
        if self.outcome == "rejected":
            raise RowsRejectedError(self.rejected, self.read, self.rejects[0].sentence)
        return self
