"""What is asked of a fix, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from toolkit.migrate.graph import Revision
from toolkit.schema.ddl.alter import Hazard

ALL: Final = "all"
"""In the place of an object's name: every object that the option can mean."""


class Direction(StrEnum):
    """Which side is right."""

    MODELS = "models"
    """The migrations, and by them the database, become as the models are."""
    MIGRATIONS = "migrations"
    """The database becomes what the migrations say; for a database that has it already, nothing happens."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a fix shall do. At least a direction or something to adopt has to be there."""

    direction: Direction | None = None
    adopt: tuple[str, ...] = ()
    """Objects, as the report names them, that the migrations take over as the database has them; or `all`."""
    drop: tuple[str, ...] = ()
    """Objects that may be dropped. Nothing else ever is."""
    renames: tuple[tuple[str, str], ...] = ()
    """Objects as the report names them, and their new last name."""
    message: str | None = None
    head: str = "head"
    """The revision that the new one follows."""


@dataclass(frozen=True, slots=True)
class Left:
    """A difference that the revision does not close, and why."""

    object: str
    attribute: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """The revision that was written, if there was anything to write."""

    revision: Revision | None
    closed: tuple[tuple[str, str], ...] = ()
    """Object and attribute of each difference that it closes."""
    left: tuple[Left, ...] = ()
    hazard: Hazard = Hazard.SAFE
    """The worst that one of its statements does to a database in use."""
    hazards: tuple[str, ...] = ()
    """Statements that are more than safe, with what they cost."""
    repeatable: bool = True
    """Whether it may run where the change is made already."""
    commands: tuple[str, ...] = ()
    """What brings this database to the new revision, in order."""
    models_differ: tuple[str, ...] = ()
    """Objects that the migrations took over from the database and of which the models say something else."""
