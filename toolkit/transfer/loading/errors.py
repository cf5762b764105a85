"""What stops an import while rows are written, and terms that contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.errors import FindingsError, RunFailedError, UsageError, as_sentence

if TYPE_CHECKING:
    from toolkit.transfer.report import LoadReport


@dataclass(eq=False)
class ImportOptionError(UsageError):
    """An option that cannot be done as it is given."""

    code = "E197"

    option: str
    reason: str
    remedy: str

    @property
    def sentence(self) -> str:
        return f"{self.option} cannot be done: {self.reason}."

    @property
    def hint(self) -> str:
        return as_sentence(self.remedy)


@dataclass(eq=False)
class ImportStoppedError(RunFailedError):
    """An import in batches stopped between two of them."""

    code = "E482"

    cause: str
    written: int
    """Rows whose batches stand."""
    left: int
    run: str

    def __post_init__(self) -> None:
        self.report: LoadReport | None = None
        """What stands, where it is known; no fact of its own."""

    @property
    def sentence(self) -> str:
        return (
            f"Stopped with {self.written} rows dealt with and {self.left} left; what is written stands. "
            f"{self.cause}"
        )

    @property
    def hint(self) -> str:
        return f"Go on with the same command and --run {self.run}."


@dataclass(eq=False)
class TooManyRejectsError(ImportStoppedError):
    """Batches of the import stand, and then the server refused more rows than are borne."""

    code = "E484"

    rejected: int = 0

    @property
    def hint(self) -> str:
        return (
            f"Bear more rows with --max-errors, or mend what refuses them; then the same command with "
            f"--run {self.run} goes on."
        )


@dataclass(eq=False)
class CommitInDoubtError(RunFailedError):
    """The connection was lost during COMMIT, and the server cannot be asked what became of it."""

    code = "E483"

    run: str

    @property
    def sentence(self) -> str:
        return "The connection was lost during COMMIT, and the server cannot be asked whether it took effect."

    @property
    def hint(self) -> str:
        return f"When it is back, the same command with --run {self.run} finds out and goes on, once."


@dataclass(eq=False)
class SomeRejectedError(FindingsError):
    """Rows do not fit; the others are written."""

    code = "E571"

    rejected: int
    read: int
    rehearsed: bool
    rejects: str | None
    """The file that holds the rejected records."""
    first: str

    @property
    def sentence(self) -> str:
        others = "the others would be written" if self.rehearsed else "the others are written"
        return f"{self.rejected} of {self.read} rows do not fit, {others}; the first: {self.first}."

    @property
    def hint(self) -> str:
        if self.rejects is None:
            return "Name a file with --rejects to get the records that are left."
        return f"Mend the records in {self.rejects} and import them with --refeed {self.rejects}."
