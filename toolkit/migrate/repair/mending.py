"""Mending what was found: a finding's SQL, each statement by itself, and accepting an edited file."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import psycopg2
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.database.lock import migration_lock
from toolkit.findings import Finding
from toolkit.migrate.failing import said
from toolkit.migrate.journal.tables import SCHEMA
from toolkit.migrate.journal.tables import said as journal_said
from toolkit.migrate.journal.writing import opened

EDITED = "revision-edited-after-apply"

_ACCEPT = f"""
UPDATE {SCHEMA}.revision SET checksum = %s
 WHERE (run, number) IN (SELECT run, number FROM {SCHEMA}.revision
                          WHERE revision = %s AND outcome = 'applied' ORDER BY began DESC LIMIT 1)
"""  # noqa: S608 - fixed names


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of one finding."""

    finding: Finding
    done: bool
    sentence: str


def can_mend(finding: Finding, accepted: frozenset[str]) -> bool:
    """Whether a fix is known that needs nobody's choice; an edited file must be accepted by name."""
    if finding.rule == EDITED:
        return finding.subject in accepted
    return finding.fix is not None and bool(finding.fix.sql)


def mend(database: Database, version_table: str, findings: tuple[Finding, ...]) -> tuple[Mended, ...]:
    """Mend each, under the runners' lock; one that fails stops none of the others.

    Raises MigrationLockBusyError and what connecting raises.
    """
    mended: list[Mended] = []
    with migration_lock(database, version_table), database.connect(Job.ADMIN) as connection:
        for finding in findings:
            if finding.rule == EDITED:
                mended.append(_accept(database, finding))
            else:
                mended.append(_run(connection, finding))
    return tuple(mended)


def _run(connection: Connection, finding: Finding) -> Mended:
    statements = finding.fix.sql if finding.fix else ()
    try:
        if not all("CONCURRENTLY" in sql for sql in statements):
            connection.execute(text("SET lock_timeout = '2s'"))
        for sql in statements:
            connection.exec_driver_sql(sql.replace("%", "%%"))
        connection.execute(text("RESET lock_timeout"))
    except DBAPIError as error:
        if not error.connection_invalidated:
            connection.execute(text("RESET lock_timeout"))
        return Mended(finding, done=False, sentence=f"{finding.subject}: {said(error)}")
    return Mended(finding, done=True, sentence=f"{finding.subject}: {'; '.join(statements)}")


def _accept(database: Database, finding: Finding) -> Mended:
    try:
        with closing(opened(database.url(Job.MIGRATE))) as connection, connection.cursor() as cursor:
            cursor.execute(_ACCEPT, (finding.evidence["now"], finding.subject))
            done = cursor.rowcount == 1
    except psycopg2.Error as error:
        return Mended(finding, done=False, sentence=f"{finding.subject}: {journal_said(error)}")
    return Mended(
        finding, done=done, sentence=f"{finding.subject}: the edited file is accepted as what was run"
    )
