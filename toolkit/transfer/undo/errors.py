"""Why an import is not undone."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import FindingsError, RefusedError


@dataclass(eq=False)
class NotKeptError(RefusedError):
    """Nothing was kept by which the run could be undone."""

    code = "E677"

    run: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"The import run {self.run} cannot be undone: {self.reason}."

    @property
    def hint(self) -> str:
        return "Imported with --undo, what is needed is kept whatever the size. Nothing was changed now."


@dataclass(eq=False)
class PartlyUndoneError(FindingsError):
    """Rows of the import stand still."""

    code = "E572"

    run: str
    left: int
    rehearsed: bool
    first: str

    @property
    def sentence(self) -> str:
        rows, stand = ("1 row", "stands") if self.left == 1 else (f"{self.left} rows", "stand")
        still = "would still stand" if self.rehearsed else f"still {stand}"
        return f"{rows} of the import run {self.run} {still}; the first: {self.first}."

    @property
    def hint(self) -> str:
        return "Nothing was done to rows that others changed or refer to; undo again when that is settled."
