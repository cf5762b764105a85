"""The journal kept beside a run: entries made from what the recorder hears, sent when truth wants it.

Sent at once: a statement that commits by itself, before and after it; everything up to now before a COMMIT,
with the server's number of the transaction, by which a later run can ask what became of it. All else waits
for the next of these, for the guard's tick, or for the end. A transaction that rolls back needs no entry to
be true.
"""

from __future__ import annotations

import getpass
import os
import socket
import threading
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.engine import Connection

from toolkit import __version__
from toolkit.database import DatabaseUrl
from toolkit.database.activity.sample import without_passwords as without_role_passwords
from toolkit.migrate.companion import Companion, Running
from toolkit.migrate.journal.digests import bound, checksum, digest, kept
from toolkit.migrate.journal.effects import Effect, effect_of, ending_of, savepoint_of
from toolkit.migrate.journal.entries import (
    RevisionEntry,
    RunEntry,
    RunOutcome,
    StatementEntry,
    StatementOutcome,
)
from toolkit.migrate.journal.writing import Pen
from toolkit.migrate.recording import Step
from toolkit.migrate.results import Direction
from toolkit.secret import without_passwords

UNASKED = -1
_TRANSACTION = "SELECT txid_current_if_assigned()"


class Journal(Companion):
    """The journal of one run, all its tries."""

    def __init__(
        self,
        pen: Pen,
        url: DatabaseUrl,
        direction: Direction,
        target: str,
        plan: str | None = None,
        restore_point: str | None = None,
    ) -> None:
        """`url` is the chosen database. What is done in others is not written: nobody could ask its fate."""
        self._pen = pen
        self._url = url
        self._lock = threading.RLock()
        self._dirty: dict[tuple[int, int], StatementEntry] = {}
        self._dirty_revisions: dict[int, RevisionEntry] = {}
        self._open: dict[int, list[tuple[int, StatementEntry]]] = {}
        """By connection: the statements of its open transaction, each with the number of its revision."""
        self._kept: dict[int, Any] = {}
        """The connections, kept so that none comes to stand for another."""
        self._committing: list[tuple[int, StatementEntry]] = []
        self._savepoints: dict[tuple[int, str], int] = {}
        """How many statements were open when a savepoint was set."""
        self._entries: dict[int, RevisionEntry] = {}
        """By step: what was written of it."""
        self._now: StatementEntry | None = None
        self.run = RunEntry(
            str(uuid.uuid4()),
            direction,
            target,
            datetime.now(UTC),
            plan,
            os_user=_user(),
            host=socket.gethostname(),
            process=os.getpid(),
            version=__version__,
            restore_point=restore_point,
        )

    @property
    def has_begun(self) -> bool:
        """Whether anything ran that is worth an entry."""
        return bool(self.run.revisions)

    def revision_begins(self, step: Step) -> None:
        """Open an entry for it."""
        if step.stage.url != self._url:
            return
        with self._lock:
            entry = RevisionEntry(
                len(self.run.revisions),
                step.revision,
                self.run.direction,
                without_passwords(step.message),
                str(step.path) if step.path else None,
                checksum(step.path),
                step.stage.table,
                datetime.now(UTC),
            )
            self.run.revisions.append(entry)
            self._entries[id(step)] = entry
            self._dirty_revisions[entry.number] = entry

    def revision_ended(self, step: Step) -> None:
        """Note the end; whether it holds is for the commit to say."""
        entry = self._entries.get(id(step))
        if entry is None:
            return
        with self._lock:
            entry.ended, entry.version_table = datetime.now(UTC), step.stage.table
            self._dirty_revisions[entry.number] = entry

    def statement_begins(self, running: Running) -> bool:
        """Open an entry; send it at once if the statement will commit by itself."""
        entry = self._entry_of(running)
        if entry is None:
            return True
        number = len(entry.statements)
        sql = without_role_passwords(without_passwords(running.sql))
        made = StatementEntry(
            number,
            kept(sql),
            digest(running.sql),
            bound(running.parameters, entry.revision),
            running.began,
            running.autocommit,
        )
        entry.statements.append(made)
        self._note(entry.number, made)
        self._now = made
        ending = ending_of(running.sql)
        if ending is Effect.COMMIT:
            self.commits(running.connection)
        elif ending is Effect.ROLLBACK:
            self.rolled_back(running.connection)
        elif not running.autocommit:
            self._kept[_key(running.connection)] = running.connection.connection.dbapi_connection
            opened = self._open.setdefault(_key(running.connection), [])
            self._savepoint(running, opened)
            opened.append((entry.number, made))
        elif effect_of(running.sql) is Effect.CHANGE:
            self.flush()
        return True

    def skipped(self, running: Running) -> None:
        """The statement was not sent: an earlier run has committed it."""
        entry = self._entry_of(running)
        if entry is not None and entry.statements:
            made = entry.statements[-1]
            made.outcome, made.ended = "skipped", datetime.now(UTC)
            self._note(entry.number, made)

    def statement_ended(self, running: Running, rows: int | None, *, returned: bool) -> None:
        """Note how it ended."""
        entry, made = self._entry_of(running), self._now
        if entry is None or made is None or made.outcome == "skipped":
            return
        made.ended, made.rows, made.returned = datetime.now(UTC), rows, returned
        made.waited = running.waited or None
        made.outcome = "committed" if running.autocommit else "done"
        self._note(entry.number, made)
        if running.autocommit and effect_of(running.sql) is Effect.CHANGE:
            self.flush()

    def statement_failed(self, running: Running, sqlstate: str | None) -> None:
        """Note the failure. Without a code the connection is gone: nobody knows what became of it."""
        entry, made = self._entry_of(running), self._now
        if entry is None or made is None or made.ended is not None or sqlstate is None:
            return
        made.ended, made.sqlstate, made.outcome = datetime.now(UTC), sqlstate, "failed"
        made.waited = running.waited or None
        self._note(entry.number, made)

    def commits(self, connection: Connection) -> None:
        """Send everything, so that a later run can ask what became of this transaction."""
        opened = [one for one in self._open.pop(_key(connection), []) if one[1].outcome == "done"]
        # The run went on after its earlier COMMIT, so that one ended well.
        self.settle("committed")
        if not opened:
            return
        number = _transaction_of(connection)
        for at, made in opened:
            made.transaction, made.outcome = number, "committing"
            self._note(at, made)
        self._committing = opened
        self.flush()

    def rolled_back(self, connection: Connection) -> None:
        """Note that the open statements are undone."""
        self._undo(self._open.pop(_key(connection), []))

    def settle(self, outcome: StatementOutcome) -> None:
        """Say what became of the statements whose COMMIT was sent."""
        for at, made in self._committing:
            made.outcome = outcome
            self._note(at, made)
        self._committing = []

    @property
    def unsettled(self) -> tuple[int | None, ...]:
        """The server's numbers of the transactions whose COMMIT was sent and not answered."""
        return tuple({made.transaction for _, made in self._committing})

    def flush(self) -> None:
        """Send what changed."""
        with self._lock:
            if not self.has_begun:
                return
            revisions = list(self._dirty_revisions.values())
            statements = [(at[0], made) for at, made in self._dirty.items()]
            if self._pen.write(self.run, revisions, statements):
                self._dirty.clear()
                self._dirty_revisions.clear()

    def end(
        self,
        outcome: RunOutcome,
        heads: tuple[str, ...] | None,
        code: str | None = None,
        sentence: str | None = None,
    ) -> None:
        """Write the last word."""
        with self._lock:
            self.run.outcome, self.run.heads_after = outcome, heads
            self.run.code, self.run.sentence = code, sentence
            self.run.ended = datetime.now(UTC)
            self._dirty_revisions.update({one.number: one for one in self.run.revisions})
            self.flush()

    def _entry_of(self, running: Running) -> RevisionEntry | None:
        return None if running.step is None else self._entries.get(id(running.step))

    def _note(self, revision: int, made: StatementEntry) -> None:
        with self._lock:
            self._dirty[revision, made.number] = made

    def _savepoint(self, running: Running, opened: list[tuple[int, StatementEntry]]) -> None:
        found = savepoint_of(running.sql)
        if found is None:
            return
        name, back = (_key(running.connection), found[0]), found[1]
        if back:
            self._undo(opened[self._savepoints.get(name, 0) :])
        else:
            self._savepoints[name] = len(opened)

    def _undo(self, opened: Iterable[tuple[int, StatementEntry]]) -> None:
        for at, made in opened:
            if made.outcome == "done":
                made.outcome = "rolled back"
                self._note(at, made)


def _key(connection: Connection) -> int:
    return id(connection.connection.dbapi_connection)


def _transaction_of(connection: Connection) -> int | None:
    """The server's number of the open transaction; None if it wrote nothing, `UNASKED` if nobody knows."""
    driver: Any = connection.connection.dbapi_connection
    try:
        cursor = driver.cursor()
        try:
            cursor.execute(_TRANSACTION)
            row = cursor.fetchone()
        finally:
            cursor.close()
    except Exception:  # noqa: BLE001 - each driver has errors of its own; the COMMIT that follows tells them
        return UNASKED
    return None if row is None or row[0] is None else int(row[0])


def _user() -> str | None:
    with suppress(KeyError, OSError, ImportError):  # no name for this user id, and none in the environment
        return getpass.getuser()
    return None
