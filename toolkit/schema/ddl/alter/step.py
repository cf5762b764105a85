"""One step of an alteration, what it costs while it runs, and what no step can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from toolkit.schema.diff import ObjectChange
from toolkit.schema.objects import Key


class Hazard(StrEnum):
    """What a statement does to a database in use, the worst of it."""

    SAFE = "safe"
    """Short locks only."""
    BLOCKING = "blocking"
    """Reads or writes of a table wait while all its rows are looked at."""
    REWRITING = "rewriting"
    """A table is written anew while everybody waits."""
    LOSING_DATA = "losing data"
    """Rows or values are gone afterwards."""


SEVERITY = {hazard: place for place, hazard in enumerate(Hazard)}
"""The harmless first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One SQL statement, without its closing semicolon."""

    key: Key
    """The object that the statement is about."""
    sql: str
    hazard: Hazard
    reason: str = ""
    """Where the hazard comes from, and why an object is touched that did not change. Empty where the
    statement is safe and its object changed."""
    commit_after: bool = False
    """The next steps need this one committed: the server refuses to use a new enum label before."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A difference, or a part of one, that no step closes."""

    change: ObjectChange
    reason: str
    """A sentence without its full stop."""

    @property
    def key(self) -> Key:
        """The object that will still differ."""
        return self.change.key
