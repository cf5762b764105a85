"""Where descriptions come from: a snapshot of a small database, a reading around each object of a large one.

A snapshot of thousands of tables takes seconds and more memory than a terminal UI may; a reading around one
object takes a dozen statements, which is much when it happens at every step through a small database.
"""

from __future__ import annotations

import threading
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database.jobs import Job
from toolkit.events import Emit, unheard
from toolkit.schema import Listing, Snapshot, read_around, read_listing, read_snapshot
from toolkit.schema.objects import RELATION_KINDS, Key, Kind
from toolkit.tui.backend.opened import Opened

LARGE: Final = 500
"""With more relations than this the database is read object by object."""

_ALONE: Final = RELATION_KINDS | {
    Kind.SEQUENCE,
    Kind.FUNCTION,
    Kind.PROCEDURE,
    Kind.AGGREGATE,
    Kind.ENUM,
    Kind.DOMAIN,
    Kind.COMPOSITE,
    Kind.RANGE,
}
"""Kinds that can be read without the rest."""


class Readings:
    """Reads what is asked for, and keeps the latest. Safe between threads."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._lock = threading.RLock()
        self._listing: Listing | None = None
        self._whole: Snapshot | None = None
        self._around: tuple[Key, Snapshot] | None = None

    @property
    def large(self) -> bool:
        """Whether the database is too large to be read as a whole."""
        relations = (one for one in self.listing().objects if one.key.kind in RELATION_KINDS)
        return sum(1 for _ in relations) > LARGE

    def listing(self, *, anew: bool = False) -> Listing:
        """What there is; `anew` reads it again, and forgets all that was read before."""
        with self._lock:
            if self._listing is None or anew:
                with self._opened.workspace.database.connect(Job.INSPECT) as connection:
                    self._listing = read_listing(connection)
                self._whole = self._around = None
            return self._listing

    def forget(self) -> None:
        """Something is not as it was read: descriptions are read again."""
        with self._lock:
            self._whole = self._around = None

    def about(self, key: Key) -> Snapshot:
        """A snapshot that holds the object, if there is one, and what is near it."""
        if not self.large or key.kind not in _ALONE:
            return self.whole()
        with self._lock:
            if self._around is None or self._around[0] != key:
                with self._opened.workspace.database.connect(Job.INSPECT) as connection:
                    self._around = key, read_around(connection, key)
            return self._around[1]

    def whole(self, emit: Emit = unheard, cancel: CancelToken | None = None) -> Snapshot:
        """A snapshot of everything; of a large database it is not kept."""
        with self._lock:
            if self._whole is not None:
                return self._whole
            database = self._opened.workspace.database
            with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
                found = read_snapshot(connection)
            if not self.large:
                self._whole = found
            return found
