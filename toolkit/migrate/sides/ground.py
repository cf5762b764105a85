"""What the sides of a comparison are made from, as the door hands it over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import MetaData

from toolkit.database import Database
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.project import AlembicProject
from toolkit.schema import Snapshot
from toolkit.secret import Secret


@dataclass(frozen=True, slots=True)
class Ground:
    """What sides are made from. Each part is asked for only when a side needs it."""

    directory: Path
    """The project's folder."""
    project: Callable[[], AlembicProject]
    metadata: Callable[[], Sequence[MetaData] | None]
    """The configured models; None leaves them to `env.py`."""
    database: Callable[[Secret | None], Database]
    """The database at a URL; of None, the project's own."""
    production: Callable[[Secret | None], bool]
    """Whether that one is not to have scratch databases beside it unless asked for by name."""
    config: Path | None = None
    """The configured ini file; a git ref has it in the same place."""
    options: tuple[str, ...] = ()
    """Words of the command line that say how the Alembic project is to be read, for a git ref."""
    scratch: Scratch = Scratch.AUTO
    cache: Path | None = None
    """The folder for what is kept between runs; None keeps nothing."""
    fresh: bool = False
    """Build every side anew."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The database beside which scratch ones are made. Without one, they are made on an embedded server."""

    snapshot: Snapshot
    database: Database | None = None
    production: bool = False
