"""The journal read: what ran, and the last try at each revision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, whatever its spelling
from psycopg2.extras import RealDictCursor

from toolkit.migrate.journal.entries import RevisionEntry, RunEntry, StatementEntry
from toolkit.migrate.journal.tables import SCHEMA, NoJournalError, is_there, said

_REVISION: Final = """revision.number, revision.revision, revision.direction, revision.message, revision.path,
       revision.checksum, revision.version_table, revision.began, revision.ended, revision.outcome"""

_LAST: Final = f"""
SELECT DISTINCT ON (revision.version_table, revision.revision) revision.run::text, {_REVISION}
  FROM {SCHEMA}.revision
 ORDER BY revision.version_table, revision.revision, revision.began DESC, revision.number DESC
"""  # noqa: S608 - fixed names

_STATEMENTS: Final = f"""
SELECT number, sql, digest, bound, began, autocommit, ended, rows, waited, sqlstate, returned, transaction,
       outcome
  FROM {SCHEMA}.statement WHERE run = %s::uuid AND revision = %s ORDER BY number
"""  # noqa: S608 - fixed names

_RUNS: Final = f"""
SELECT id::text, direction, target, began, plan, ended, role, host(address) AS address, os_user, host,
       process, version, heads_after, outcome, code, sentence,
       to_jsonb(run) ->> 'restore_point' AS restore_point
  FROM {SCHEMA}.run ORDER BY began DESC LIMIT %s
"""  # noqa: S608 - fixed names

_OF_RUN: Final = f"SELECT {_REVISION} FROM {SCHEMA}.revision WHERE run = %s::uuid ORDER BY number"  # noqa: S608

_LATER: Final = f"""
SELECT count(*) FROM {SCHEMA}.revision
 WHERE version_table = %s AND began > %s AND revision <> %s AND outcome <> 'not applied'
"""  # noqa: S608 - fixed names

Result = TypeVar("Result")

Fate = Literal["committed", "rolled back", "in progress"]


@dataclass(slots=True)
class LastTry:
    """The last try at a revision, and the run it was part of."""

    run: str
    entry: RevisionEntry


class JournalReader:
    """Reads on a connection that commits each statement. Raises NoJournalError where there is no journal."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        if not self._works(lambda: is_there(connection)):
            raise NoJournalError("there is none in this database")

    def last_tries(self) -> tuple[LastTry, ...]:
        """The last try at each revision of each version table, without its statements."""
        return tuple(LastTry(row.pop("run"), RevisionEntry(**row)) for row in self._rows(_LAST, ()))

    def statements(self, run: str, revision: int) -> list[StatementEntry]:
        """The statements of one try."""
        return [StatementEntry(**row) for row in self._rows(_STATEMENTS, (run, revision))]

    def runs(self, limit: int = 20, *, statements: bool = False) -> tuple[RunEntry, ...]:
        """The last runs, newest first, with their revisions and on demand the statements."""
        found = []
        for row in self._rows(_RUNS, (limit,)):
            heads = row.pop("heads_after")
            run = RunEntry(**row, heads_after=None if heads is None else tuple(heads))
            run.revisions = [RevisionEntry(**each) for each in self._rows(_OF_RUN, (run.id,))]
            if statements:
                for entry in run.revisions:
                    entry.statements = self.statements(run.id, entry.number)
            found.append(run)
        return tuple(found)

    def is_superseded(self, entry: RevisionEntry) -> bool:
        """Whether other revisions of the same version table were run since."""
        rows = self._rows(_LATER, (entry.version_table, entry.began, entry.revision))
        return bool(rows[0]["count"])

    def fate(self, transaction: int) -> Fate | None:
        """What became of a transaction; None if the server has forgotten it."""
        try:
            rows = self._rows("SELECT txid_status(%s) AS fate", (transaction,))
        except NoJournalError:  # a number of another server, or one that is too old
            return None
        fate: dict[str | None, Fate] = {
            "committed": "committed",
            "aborted": "rolled back",
            "in progress": "in progress",
        }
        return fate.get(rows[0]["fate"])

    def _rows(self, query: str, values: Sequence[Any]) -> list[dict[str, Any]]:
        def work() -> list[dict[str, Any]]:
            with self._connection.cursor(cursor_factory=RealDictCursor) as cursor:
                cursor.execute(query, values)
                return [dict(row) for row in cursor.fetchall()]

        return self._works(work)

    @staticmethod
    def _works(work: Callable[[], Result]) -> Result:
        try:
            return work()
        except psycopg2.Error as error:
            raise NoJournalError(said(error)) from error
