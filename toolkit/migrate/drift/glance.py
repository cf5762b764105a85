"""What the last comparison found, and whether it still holds: drift at a glance, without building anything.

Every comparison that may keep things leaves a note here, one for each database. A glance compares the note
with the digest of the database and with what the other sides are made of. Invariant: where that cannot be
told, or is not the same any more, the answer is unknown; nothing is guessed from an older one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from toolkit.database import DatabaseUrl
from toolkit.migrate.drift.accepted import Acceptance
from toolkit.migrate.drift.cache import KeptTexts
from toolkit.migrate.drift.fingerprint import digest
from toolkit.migrate.drift.values import DriftReport

_KIND: Final = "last"


class GlanceState(StrEnum):
    """What is known without a comparison."""

    NONE = "none"
    DRIFTED = "drifted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Glance:
    """What the last comparison says of the database as it is now."""

    state: GlanceState
    differences: int | None = None
    """As the last comparison counted them; None where there was none."""
    compared: str | None = None
    """When that was, in UTC, as ISO 8601 writes it."""
    reason: str | None = None
    """Why the state is unknown."""


@dataclass(frozen=True, slots=True)
class Note:
    """What one comparison leaves behind."""

    compared: str
    live: str
    """The digest of the database."""
    basis: str | None
    """What the other sides depended on; None where that cannot be told."""
    accepted: str
    differences: int
    unknowns: int


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of one database in one folder; without a folder there are none."""

    texts: KeptTexts
    database: DatabaseUrl

    @property
    def _key(self) -> str:
        direct = self.database.direct()
        return digest(direct.host, direct.port, direct.database)

    def put(self, note: Note) -> None:
        """Keep `note` as the last one."""
        self.texts.put(_KIND, self._key, json.dumps(asdict(note)))

    def last(self) -> Note | None:
        """The last one; None also for what cannot be read."""
        try:
            kept = json.loads(self.texts.get(_KIND, self._key) or "null")
            return None if kept is None else Note(**kept)
        except (ValueError, TypeError):
            return None


def note_of(report: DriftReport, live: str, basis: str | None, accepted: str, now: datetime) -> Note:
    """What to keep of a report. `live` is the digest of the database, as it was compared."""
    return Note(
        compared=now.isoformat(timespec="seconds"),
        live=live,
        basis=basis,
        accepted=accepted,
        differences=len(report.differences),
        unknowns=len(report.unknowns),
    )


def holding(acceptances: Sequence[Acceptance], today: date) -> str:
    """The acceptances that hold today, as one digest."""
    return digest(*(repr(entry) for entry in acceptances if entry.holds_on(today)))


def seen_from(note: Note | None, live: str | None, basis: str | None, accepted: str) -> Glance:
    """What the note says of a database with the digest `live` and sides that depend on `basis`."""
    if note is None:
        return Glance(GlanceState.UNKNOWN, reason="it was never compared here")
    reason = None
    if live != note.live:
        reason = "the database was changed since"
    elif note.basis is None or basis is None:
        reason = "whether models and revisions are still the same cannot be told"
    elif basis != note.basis:
        reason = "models, revisions or the revision of the database changed since"
    elif accepted != note.accepted:
        reason = "the accepted differences changed since"
    elif note.unknowns and not note.differences:
        reason = "not everything could be compared"
    state = GlanceState.DRIFTED if note.differences else GlanceState.NONE
    return Glance(GlanceState.UNKNOWN if reason else state, note.differences, note.compared, reason)
