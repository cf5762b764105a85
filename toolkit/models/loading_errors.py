"""What can go wrong when models are loaded. Codes E140 to E144 and E442 of this room.

Invariant: each names the module, class or table that is broken, and the change that mends it.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RunFailedError, UsageError, as_sentence


@dataclass(eq=False)
class ModelImportError(UsageError):
    """A module with models cannot be imported."""

    code = "E140"

    module: str
    problem: str
    path: str | None = None
    line: int | None = None
    fix: str | None = None

    @property
    def sentence(self) -> str:
        place = f" ({self.path}, line {self.line})" if self.path and self.line else ""
        return f"The module {self.module} cannot be imported{place}: {self.problem}."

    @property
    def hint(self) -> str | None:
        return None if self.fix is None else as_sentence(self.fix)


@dataclass(eq=False)
class BrokenModelError(UsageError):
    """A model class that SQLAlchemy or SQLModel cannot map."""

    code = "E141"

    module: str
    model: str
    field: str | None
    problem: str
    fix: str
    path: str | None = None
    line: int | None = None

    @property
    def sentence(self) -> str:
        subject = f"{self.model}.{self.field}" if self.field else self.model
        place = f"{self.path}, line {self.line}" if self.path and self.line else self.module
        return f"The model {subject} ({place}) is broken: {self.problem}."

    @property
    def hint(self) -> str:
        return as_sentence(self.fix)


@dataclass(eq=False)
class NoMetadataError(UsageError):
    """What is configured as the models holds no tables."""

    code = "E142"

    source: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.source} gives no models: {self.reason}."

    @property
    def hint(self) -> str:
        return 'Name the modules in `models`, or the metadata as `metadata = "package.module:Base.metadata"`.'


@dataclass(eq=False)
class UnknownReferenceError(UsageError):
    """A foreign key to a table or column that the models do not have."""

    code = "E143"

    table: str
    columns: tuple[str, ...]
    target: str
    same_name: str | None = None
    """The target as it should be written, if exactly one table of that name stands in another schema."""

    @property
    def sentence(self) -> str:
        columns = ", ".join(self.columns)
        return f"The foreign key of {self.table} ({columns}) leads to {self.target}, which no model has."

    @property
    def hint(self) -> str:
        if self.same_name:
            return f'Write the schema: "{self.same_name}".'
        return (
            "Import the module with the other model too, or correct the name (table.column, not Class.field)."
        )


@dataclass(eq=False)
class OwnershipRuleError(UsageError):
    """An ownership rule that does not fit the tables."""

    code = "E144"

    rule: str
    subject: str
    problem: str
    fix: str = "Correct [tool.neonkit.isolation]."

    @property
    def sentence(self) -> str:
        return f"The ownership rule {self.rule} for {self.subject} does not fit: {self.problem}."

    @property
    def hint(self) -> str:
        return as_sentence(self.fix)


@dataclass(eq=False)
class ShapesProcessError(RunFailedError):
    """The process that reads the models ended without an answer."""

    code = "E442"

    exit_status: int | None
    """None if it was stopped because it took too long."""
    seconds: float

    @property
    def sentence(self) -> str:
        if self.exit_status is None:
            return f"Reading the models took longer than {self.seconds:g} seconds."
        return f"Reading the models ended without an answer (exit status {self.exit_status})."

    @property
    def hint(self) -> str:
        return "A module with models must not run the application when it is imported."
