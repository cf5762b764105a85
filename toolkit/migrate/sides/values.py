"""The sides of a comparison: what can be named, and what reading one gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.migrate.drift.filters import Filters
from toolkit.migrate.drift.terms import Declared
from toolkit.schema import Snapshot
from toolkit.schema.objects import Qualified
from toolkit.secret import Secret


@dataclass(frozen=True, slots=True)
class LiveSide:
    """The project's database."""

    def __str__(self) -> str:
        return "live"


@dataclass(frozen=True, slots=True)
class UrlSide:
    """Another database."""

    url: Secret

    def __str__(self) -> str:
        from toolkit.database import DatabaseUrl

        return DatabaseUrl.parse(self.url).masked


@dataclass(frozen=True, slots=True)
class FileSide:
    """A file that `neonkit schema snapshot` wrote."""

    path: str

    def __str__(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class ModelsSide:
    """What the models say: those of the project, or those of a git ref."""

    git: str | None = None

    def __str__(self) -> str:
        return "models" if self.git is None else f"git:{self.git}:models"


@dataclass(frozen=True, slots=True)
class RevisionSide:
    """What the migrations make up to a revision: those of the project, or those of a git ref."""

    revision: str
    git: str | None = None

    def __str__(self) -> str:
        if self.git is None:
            return f"rev:{self.revision}"
        return f"git:{self.git}" if self.revision == "heads" else f"git:{self.git}@{self.revision}"


DatabaseSide = LiveSide | UrlSide
ScratchSide = ModelsSide | RevisionSide
"""Sides that are built in a scratch database."""
Side = DatabaseSide | FileSide | ScratchSide


@dataclass(frozen=True, slots=True)
class Known:
    """A side that was read or built."""

    side: Side
    snapshot: Snapshot
    source: str
    """How it was come by: `read`, `cache`, or on which server it was built."""
    seconds: float = 0.0
    version_tables: frozenset[Qualified] = frozenset()
    """Tables in which Alembic keeps its revisions."""
    declared: Declared | None = None
    """Of models: what they declare."""
    filters: Filters = field(default_factory=Filters)
    """Of models: what `env.py` leaves out."""
    notes: tuple[str, ...] = ()
    """What could not be had in full."""

    @property
    def is_scratch(self) -> bool:
        """Whether it was built in a scratch database."""
        return isinstance(self.side, ModelsSide | RevisionSide)
