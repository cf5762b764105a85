"""What can go wrong when a revision file is written. Each leaves the folder as it was. Codes: x50 to x69."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RefusedError, RunFailedError, UsageError
from toolkit.migrate.errors import place


@dataclass(eq=False)
class BrokenTemplateError(UsageError):
    """script.py.mako is missing, cannot be rendered, or writes something that is no revision."""

    code = "E169"

    path: str
    line: int | None
    reason: str

    @property
    def sentence(self) -> str:
        return f"The template {place(self.path, self.line)} makes no revision: {self.reason}."

    @property
    def hint(self) -> str:
        return "Compare it with the script.py.mako that `alembic init` writes, or copy that one here."


@dataclass(eq=False)
class FileNotWrittenError(RunFailedError):
    """The system did not let the file be written, or a program run over it took it away."""

    code = "E458"

    path: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.path} was not written: {self.reason}."

    @property
    def hint(self) -> str:
        return "Nothing is left of it. See to the folder (version_locations), its rights and free space."


@dataclass(eq=False)
class RevisionExistsError(RefusedError):
    """A new revision would have the id or the file of one that is there."""

    code = "E652"

    revision: str
    path: str

    @property
    def sentence(self) -> str:
        return f"The new revision {self.revision} would take the place of {self.path}."

    @property
    def hint(self) -> str:
        return "Give another --rev-id, or leave it out; or another message."
