"""What can go wrong with the record of imports, and with going on where one stopped."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, RunFailedError, UsageError


@dataclass(eq=False)
class NoSuchRunError(UsageError):
    """There is no run that could be resumed, or undone."""

    code = "E194"

    source: str
    run: str | None = None
    to_undo: bool = False

    @property
    def sentence(self) -> str:
        if self.run is not None:
            return f"The ledger of this database has no import run {self.run}."
        if self.to_undo:
            return "The ledger of this database has no import that could be undone."
        return f"There is no unfinished import of {self.source} in this database."

    @property
    def hint(self) -> str:
        if self.to_undo:
            return "Reports of imports end with the run's id. Nothing was changed."
        return "Leave --resume out to begin one."


@dataclass(eq=False)
class LedgerRefusedError(RunFailedError):
    """The ledger cannot be made or written in this database."""

    code = "E480"

    reason: str

    @property
    def sentence(self) -> str:
        return f"The ledger of imports cannot be kept in this database: {self.reason}."

    @property
    def hint(self) -> str:
        return (
            "Batches need it. Import in one piece (--atomic), or have an owner run an import once "
            "and GRANT this role USAGE on schema neonkit_import and SELECT, INSERT, UPDATE on its tables."
        )


@dataclass(eq=False)
class LeaseLostError(RunFailedError):
    """Another import took this run over: this process was silent for too long."""

    code = "E481"

    source: str
    run: str

    @property
    def sentence(self) -> str:
        return f"Another process goes on with the import of {self.source} (run {self.run}); this one stopped."

    @property
    def hint(self) -> str:
        return "Nothing was written twice. Let the other one finish."


@dataclass(eq=False)
class ImportBusyError(RefusedError):
    """The same file is being imported into this database right now."""

    code = "E671"

    source: str
    run: str | None
    host: str | None
    process: int | None

    @property
    def sentence(self) -> str:
        who = f" by process {self.process} on {self.host}" if self.process is not None else ""
        return f"{self.source} is being imported into this database already{who}."

    @property
    def hint(self) -> str:
        return "Let it finish. Nothing was written by this import."


@dataclass(eq=False)
class UnfinishedRunError(RefusedError):
    """An earlier import of the same file stopped half way."""

    code = "E672"

    source: str
    run: str
    batches: int

    @property
    def sentence(self) -> str:
        return (
            f"An import of {self.source} stopped after {self.batches} batches, which stand (run {self.run})."
        )

    @property
    def hint(self) -> str:
        return "Go on with --resume, or begin once more with --again. Nothing was written now."


@dataclass(eq=False)
class SourceChangedError(RefusedError):
    """The file is not what it was when the run began."""

    code = "E673"

    source: str
    run: str

    @property
    def sentence(self) -> str:
        return f"{self.source} is not the file any more with which run {self.run} began."

    @property
    def hint(self) -> str:
        return "Give it the file of then; another file is another import. Nothing was written now."


@dataclass(eq=False)
class MappingChangedError(RefusedError):
    """The rules are not what they were when the file was imported."""

    code = "E674"

    source: str
    run: str
    finished: bool
    what: str = "the mapping"

    @property
    def sentence(self) -> str:
        how = "was imported" if self.finished else "was imported in part"
        return f"{self.source} {how} by run {self.run}, and {self.what} has changed since."

    @property
    def hint(self) -> str:
        return "Say --again to import the file by what holds now. Nothing was written."


@dataclass(eq=False)
class RunUndoneError(RefusedError):
    """The run was undone, so it cannot be gone on with, and its rejects cannot be fed back."""

    code = "E676"

    run: str

    @property
    def sentence(self) -> str:
        return f"The import run {self.run} was undone."

    @property
    def hint(self) -> str:
        return "Import the file anew; nothing was written now."
