"""What can be wrong with a text that should be SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.errors import UsageError


@dataclass(eq=False)
class SqlSyntaxError(UsageError):
    """The text does not parse in PostgreSQL's grammar."""

    code: ClassVar[str] = "E119"

    message: str
    """What PostgreSQL's parser says."""
    position: int
    """Where, in characters from the start of the text, from 0."""
    line: int
    """The line of the position, from 1."""
    column: int
    """The column of the position, from 1."""

    @property
    def sentence(self) -> str:
        return f"The SQL does not parse at line {self.line}, column {self.column}: {self.message}."

    @property
    def hint(self) -> str | None:
        return "Only complete PostgreSQL statements parse: no psql commands, no placeholders of a driver."
