"""The journal's pen: entries sent to the server on a connection of the journal's own.

What is sent before a COMMIT needs no flush of its own: the server's log is one sequence, so whatever makes
the COMMIT durable makes the entry before it durable, too. Hence `synchronous_commit` is off here. Safe
between threads. Invariant: nothing here raises; the first failure ends the writing and is told once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from typing import Any, Final

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, whatever its spelling
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - as above

from toolkit.database import DatabaseUrl
from toolkit.database.driver import open_connection
from toolkit.migrate.journal.entries import RevisionEntry, RunEntry, StatementEntry
from toolkit.migrate.journal.tables import SCHEMA, YOUNGER, NoJournalError, provide, said

_RUN: Final = f"""
INSERT INTO {SCHEMA}.run (id, began, ended, direction, target, plan, os_user, host, process, version,
                          heads_after, outcome, code, sentence)
SELECT id, began, ended, direction, target, plan, os_user, host, process, version,
       heads_after, outcome, code, sentence
  FROM jsonb_to_record(%(run)s) AS given (id uuid, began timestamptz, ended timestamptz, direction text,
       target text, plan text, os_user text, host text, process int, version text, heads_after text[],
       outcome text, code text, sentence text)
ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, heads_after = excluded.heads_after,
       outcome = excluded.outcome, code = excluded.code, sentence = excluded.sentence;
INSERT INTO {SCHEMA}.revision
SELECT (%(id)s)::uuid, given.*
  FROM jsonb_to_recordset(%(revisions)s) AS given (number int, revision text, direction text, message text,
       path text, checksum text, version_table text, began timestamptz, ended timestamptz, outcome text)
ON CONFLICT (run, number) DO UPDATE SET ended = excluded.ended, outcome = excluded.outcome,
       version_table = excluded.version_table;
INSERT INTO {SCHEMA}.statement
SELECT (%(id)s)::uuid, given.*
  FROM jsonb_to_recordset(%(statements)s) AS given (revision int, number int, sql text, digest text,
       bound text, began timestamptz, ended timestamptz, rows bigint, waited float8, sqlstate text,
       autocommit bool, returned bool, transaction bigint, outcome text)
ON CONFLICT (run, revision, number) DO UPDATE SET ended = excluded.ended, rows = excluded.rows,
       waited = excluded.waited, sqlstate = excluded.sqlstate, returned = excluded.returned,
       transaction = excluded.transaction, outcome = excluded.outcome;
"""  # noqa: S608 - fixed names

_RESTORE_POINT: Final = f"UPDATE {SCHEMA}.run SET restore_point = %(point)s WHERE id = %(id)s::uuid"  # noqa: S608

_AMEND: Final = f"""
UPDATE {SCHEMA}.run SET outcome = 'broken off', ended = now() WHERE id = %(id)s::uuid AND outcome = 'running';
UPDATE {SCHEMA}.revision SET outcome = %(outcome)s WHERE run = %(id)s::uuid AND number = %(number)s;
UPDATE {SCHEMA}.statement AS old SET outcome = given.outcome
  FROM jsonb_to_recordset(%(statements)s) AS given (number int, outcome text)
 WHERE old.run = %(id)s::uuid AND old.revision = %(number)s AND old.number = given.number;
"""  # noqa: S608 - fixed names

_SESSION: Final = """
SET synchronous_commit = off; SET lock_timeout = '2s'; SET statement_timeout = '10s';
SET search_path = pg_catalog
"""


def opened(url: DatabaseUrl) -> Connection:
    """A connection for the journal, each statement its own transaction. Raises psycopg2's errors."""
    connection = open_connection(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(_SESSION)
    return connection


class Pen:
    """Writes what changed since the last time."""

    def __init__(self, url: DatabaseUrl, warn: Callable[[str], None]) -> None:
        self._url = url
        self._warn = warn
        self._lock = threading.RLock()
        self._connection: Connection | None = None
        self._provided = False
        self._pointed = False
        self.unusable: str | None = None
        """Why nothing is written; None while all is well."""

    def look(self) -> Connection | None:
        """The journal's connection, for reading; nothing is made. None if there is none to be had."""
        return self._opened(for_writing=False)

    def _opened(self, *, for_writing: bool) -> Connection | None:
        with self._lock:
            if self.unusable is not None:
                return None
            try:
                if self._connection is None:
                    self._connection = opened(self._url)
                if for_writing and not self._provided:
                    provide(self._connection)
                    self._provided = True
            except NoJournalError as error:
                self.refuse(str(error))
            except psycopg2.Error as error:
                self.refuse(said(error))
            return self._connection

    def write(
        self,
        run: RunEntry,
        revisions: Iterable[RevisionEntry],
        statements: Iterable[tuple[int, StatementEntry]],
    ) -> bool:
        """Have the server keep these entries as they are now; whether it does."""
        with self._lock:
            connection = self._opened(for_writing=True)
            if connection is None:
                return False
            values = {
                "id": run.id,
                "run": _json(_facts(run, "revisions")),
                "point": run.restore_point,
                "revisions": _json([_facts(one, "statements") for one in revisions]),
                "statements": _json([{"revision": at, **_facts(one)} for at, one in statements]),
            }
            try:
                with connection.cursor() as cursor:
                    cursor.execute(_RUN, values)
                    if run.restore_point is not None and not self._pointed:
                        self._point(cursor, values)
            except psycopg2.Error as error:
                self.refuse(said(error))
                return False
            return True

    def _point(self, cursor: Cursor, values: dict[str, Any]) -> None:
        """Name the restore point, once; a journal of an older form that cannot be widened goes on without."""
        self._pointed = True
        try:
            cursor.execute(YOUNGER)
            cursor.execute(_RESTORE_POINT, values)
        except psycopg2.Error as error:
            self._warn(f"The journal does not name the restore point {values['point']}: {said(error)}.")

    def amend(self, run: str, entry: RevisionEntry) -> None:
        """Correct a try of an earlier run that was cut off, as it is settled now."""
        values = {
            "id": run,
            "number": entry.number,
            "outcome": entry.outcome,
            "statements": _json([{"number": one.number, "outcome": one.outcome} for one in entry.statements]),
        }
        with self._lock:
            connection = self._opened(for_writing=False)
            if connection is None:
                return
            # Reading is enough for the run; a role that may only read settles the same again next time.
            with suppress(psycopg2.Error), connection.cursor() as cursor:
                cursor.execute(_AMEND, values)

    def again(self) -> None:
        """Try a new connection: the server may be back."""
        with self._lock:
            self.close()
            self.unusable = None

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._connection is not None:
                with suppress(psycopg2.Error), closing(self._connection):
                    pass
                self._connection = None

    def refuse(self, reason: str) -> None:
        """Write nothing from now on, and say why."""
        self.unusable = reason
        self.close()
        self._warn(f"No journal is kept of this run: {reason}.")


def _facts(entry: RunEntry | RevisionEntry | StatementEntry, but: str = "") -> dict[str, Any]:
    """The fields of an entry. Not `asdict`: it copies every value of every statement, and takes longer than
    to write them."""
    return {name: getattr(entry, name) for name in type(entry).__slots__ if name != but}


def _json(value: Any) -> str:
    return json.dumps(value, default=str).replace("\\u0000", "")
