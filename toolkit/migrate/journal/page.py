"""The journal as it is shown: the last runs, the last try at each revision, and the files edited since.

A run whose process was killed has not written its end. Invariant: it is never shown as running while nobody
holds the runners' lock. Nothing is written here; the next run puts it right in the journal.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass

import psycopg2

from toolkit.database.database import Database
from toolkit.database.driver import open_connection
from toolkit.database.jobs import Job
from toolkit.database.lock import lock_is_held
from toolkit.findings import Finding
from toolkit.migrate.journal.edited import edited
from toolkit.migrate.journal.entries import RunEntry
from toolkit.migrate.journal.reading import JournalReader, LastTry
from toolkit.migrate.journal.settling import settled
from toolkit.migrate.journal.tables import NoJournalError
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.standing import standings


@dataclass(frozen=True, slots=True)
class JournalPage:
    """What one database's journal says. `missing` says why there is nothing, if so."""

    runs: tuple[RunEntry, ...] = ()
    tries: tuple[LastTry, ...] = ()
    findings: tuple[Finding, ...] = ()
    missing: str | None = None


def journal_page(
    project: AlembicProject, database: Database, *, limit: int = 20, statements: bool = False
) -> JournalPage:
    """The last `limit` runs, newest first, with their statements on demand. Raises what connecting raises."""
    with database.connect(Job.INSPECT):
        pass  # says better than the bare driver why there is no connection
    with closing(open_connection(database.url(Job.INSPECT), read_only=True)) as connection:
        connection.autocommit = True
        try:
            reader = JournalReader(connection)
            runs, tries = reader.runs(limit, statements=statements), reader.last_tries()
            open_ = {one.id for one in runs if one.outcome == "running"}
            if open_ and not _somebody_runs(project, database):
                runs = reader.runs(limit, statements=statements)  # one of them may have ended just now
                _break_off(reader, [one for one in runs if one.id in open_], statements=statements)
        except NoJournalError as error:
            return JournalPage(missing=str(error))
        except psycopg2.Error:  # lost between two questions: the connect above tells it the next time
            return JournalPage(missing="it could not be read")
    graph = project.graph()
    files = {one.id: one.path for one in graph.revisions}

    def applied() -> Collection[str]:
        heads = {head for one in standings(project, database) for head in one.heads}
        return {one.id for one in graph.applied(heads - set(graph.unknown(heads)))}

    return JournalPage(runs, tries, edited(tries, files, applied))


def _somebody_runs(project: AlembicProject, database: Database) -> bool:
    from toolkit.migrate.run import lock_name  # it stands on the journal

    with database.connect(Job.INSPECT) as connection:
        return lock_is_held(connection, lock_name(project))


def _break_off(reader: JournalReader, runs: Collection[RunEntry], *, statements: bool) -> None:
    """Show what is proved of runs that never wrote their end."""
    for run in runs:
        if run.outcome != "running":
            continue
        run.outcome = "broken off"
        for entry in run.revisions:
            if entry.outcome == "running":
                entry.outcome = settled(reader, run.id, entry).outcome
            if not statements:
                entry.statements = []
