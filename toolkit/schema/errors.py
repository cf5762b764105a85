"""What can go wrong with a schema: names that lead nowhere, files that are no snapshots, servers too old."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RunFailedError, UsageError


@dataclass(eq=False)
class UnknownObjectError(UsageError):
    """No object of the database has this name."""

    code = "E185"

    name: str
    suggestions: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"There is no object named {self.name!r} in this database."

    @property
    def hint(self) -> str | None:
        if not self.suggestions:
            return "`neonkit schema tree` lists what there is."
        return f"Did you mean {' or '.join(self.suggestions)}?"


@dataclass(eq=False)
class AmbiguousObjectError(UsageError):
    """Several objects answer to this name."""

    code = "E186"

    name: str
    candidates: tuple[str, ...]

    @property
    def sentence(self) -> str:
        return f"{self.name!r} could be {len(self.candidates)} objects: {', '.join(self.candidates)}."

    @property
    def hint(self) -> str | None:
        return "Name it with its schema, or its kind in front: `table public.tasks`."


@dataclass(eq=False)
class SnapshotFileError(UsageError):
    """A text is not a snapshot that this version can read."""

    code = "E187"

    source: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.source} is not a schema snapshot: {self.reason}."

    @property
    def hint(self) -> str | None:
        return "Write one with `neonkit schema snapshot > FILE`."


@dataclass(eq=False)
class UnsupportedServerError(RunFailedError):
    """The server is older than the oldest one whose catalog can be read."""

    code = "E485"

    version: str
    oldest: int

    @property
    def sentence(self) -> str:
        return f"The server runs PostgreSQL {self.version}; reading a schema needs {self.oldest} or newer."


@dataclass(eq=False)
class CatalogMovedError(RunFailedError):
    """Others dropped objects every time the catalog was being read."""

    code = "E486"

    attempts: int

    @property
    def sentence(self) -> str:
        return f"The schema kept changing while it was read, {self.attempts} times in a row."

    @property
    def hint(self) -> str | None:
        return "Try again when no migration or test run is dropping objects in this database."
