"""What became of the rows of an import that was undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from toolkit.transfer.ledger.entries import RunMode, Status
from toolkit.transfer.undo.errors import PartlyUndoneError

NAMED = 100
"""How many rows that stand still are named."""


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import that the database remembers."""

    id: str
    source: str
    """For people: the names of the files."""
    mode: RunMode
    status: Status
    began: datetime
    ended: datetime | None
    undoable: bool
    """Whether its record says that it can be undone."""
    reason: str | None
    """Why it cannot."""


@dataclass(frozen=True, slots=True)
class UndoneTable:
    """One table."""

    target: str
    deleted: int
    """Rows that the import had inserted."""
    restored: int
    """Rows that the import had changed, and that hold their values of before again."""
    kept: int
    """Rows that were changed since, or that the server would not let go of."""
    blocked: int
    """Rows that others refer to which the import did not write."""
    gone: int
    """Rows that were deleted since."""
    unknown: int
    """Rows that the import wrote without knowing their keys; they stand."""
    otherwise: int = 0
    """How many of the restored rows hold another value than before in some column, because of a trigger."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A row of the import that stands still."""

    target: str
    key: str
    fate: str
    """`kept` or `blocked`."""
    reason: str


@dataclass(frozen=True, slots=True)
class UndoReport:
    """A whole undoing. With `rehearsed` it was rolled back."""

    run: str
    source: str
    rehearsed: bool
    tables: tuple[UndoneTable, ...]
    standing: tuple[StandingRow, ...]
    """The first hundred of them."""

    @property
    def left(self) -> int:
        """How many rows of the import stand still."""
        return sum(table.kept + table.blocked + table.unknown for table in self.tables)

    @property
    def undone(self) -> int:
        """How many rows were deleted or restored."""
        return sum(table.deleted + table.restored for table in self.tables)

    def require_undone(self) -> UndoReport:
        """This report. Raises `PartlyUndoneError` where rows stand still."""
        if not self.left:
            return self
        if self.standing:
            row = self.standing[0]
            first = f"{row.target} {row.key}, {row.reason}"
        else:
            target = next(table.target for table in self.tables if table.unknown)
            first = f"{target}, whose rows have no key that the import knew"
        raise PartlyUndoneError(self.run, self.left, self.rehearsed, first)
