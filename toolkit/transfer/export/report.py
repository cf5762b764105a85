"""What an export wrote, and what it left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["document", "ndjson"]


@dataclass(frozen=True, slots=True)
class TableExport:
    """One table."""

    table: str
    section: str
    """Its name in the document, in the mapping, and (with `.ndjson`) as a file."""
    rows: int
    masked: tuple[str, ...]
    """Columns whose values were not written."""
    generated: tuple[str, ...]
    """Columns that the server makes itself, and makes again when the rows come back."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A table of which nothing was written, and why."""

    table: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExportReport:
    """A whole export, of one moment of the database."""

    form: Form
    owner: str | None
    tables: tuple[TableExport, ...]
    left_out: tuple[LeftOut, ...]
    files: tuple[str, ...]
    """What was written; empty for standard output."""
    mapping: str | None
    bytes: int
    """Of data, without the mapping."""
    seconds: float

    @property
    def rows(self) -> int:
        """Over all tables."""
        return sum(table.rows for table in self.tables)
