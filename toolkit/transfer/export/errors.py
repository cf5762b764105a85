"""What can go wrong with an export."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RunFailedError, UsageError, as_sentence


@dataclass(eq=False)
class ExportOrderError(UsageError):
    """What was asked for cannot be written that way."""

    code = "E199"

    reason: str
    advice: str

    @property
    def sentence(self) -> str:
        return f"Nothing was written: {self.reason}."

    @property
    def hint(self) -> str:
        return as_sentence(self.advice)


@dataclass(eq=False)
class ExportRefusedError(RunFailedError):
    """The server refused to give all rows of a table, or the file could not be written."""

    code = "E465"

    what: str
    sqlstate: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The export of {self.what} stopped: {self.reason}. No file was left behind."

    @property
    def hint(self) -> str | None:
        if self.sqlstate == "42501":
            return "Policies or missing rights hide rows from this role; connect as the owner of the tables."
        return None
