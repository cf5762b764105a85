"""What can go wrong on the fast road alone."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, RunFailedError
from toolkit.transfer.stream.survey import MOST_REPEATED


@dataclass(eq=False)
class TooManyRepeatedError(RunFailedError):
    """So many rows of a source share a key with another one that they cannot be kept in memory."""

    code = "E488"

    source: str

    @property
    def sentence(self) -> str:
        return f"More than {MOST_REPEATED} rows of {self.source} have a key that another one has, too."

    @property
    def hint(self) -> str:
        return "Nothing was written. Map the columns that make the key, or take the repeated rows out."


@dataclass(eq=False)
class TableChangedError(RunFailedError):
    """A target table was altered while its source was read."""

    code = "E489"

    table: str

    @property
    def sentence(self) -> str:
        return f"Table {self.table} was altered while its source was read."

    @property
    def hint(self) -> str:
        return "Nothing more was written. Import again when no migration runs."


@dataclass(eq=False)
class ImportTooLargeError(RefusedError):
    """An import that has to be in memory as a whole, and would not fit there."""

    code = "E675"

    needed: int
    """Bytes, estimated."""
    available: int
    """Bytes that the machine has left."""
    reason: str
    """Why it cannot be read in blocks."""

    @property
    def sentence(self) -> str:
        return (
            f"This import has to be read into memory as a whole ({self.reason}), which takes about"
            f" {self.needed >> 20} MB; {self.available >> 20} MB are left."
        )

    @property
    def hint(self) -> str:
        return "Nothing was read. Cut the source into smaller files, or see docs/import.md on large sources."
