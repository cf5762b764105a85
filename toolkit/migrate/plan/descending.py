"""What a downgrade takes with it: the tables and columns that go, with the live database's rows and bytes.

Read from the text that the revisions write offline; nothing is run. A revision that looks at the live
database has no such text, and what it would take is UNKNOWN. Small tables are counted, of large ones the
server's estimate is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from toolkit.database import Job
from toolkit.database.database import Database
from toolkit.migrate.plan.losses import PARTLY
from toolkit.migrate.plan.statements import Surroundings, offline
from toolkit.migrate.plan.values import Loss, TableFacts
from toolkit.migrate.previewing import PreviewedRevision, preview
from toolkit.migrate.project import AlembicProject
from toolkit.schema.objects import Qualified
from toolkit.schema.usage import read_usage
from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.parse import parse_script
from toolkit.sql.quoting import qualified

COUNTED: Final = 64 << 20
"""Bytes of a table up to which its rows are counted."""
COUNTING: Final = "1s"


@dataclass(frozen=True, slots=True)
class LostDown:
    """One table or column that goes, or what of a revision cannot be told."""

    revision: str
    subject: str
    sentence: str
    rows: int | None
    table_bytes: int | None
    counted: bool = False
    """Whether `rows` is exact; else it is the server's estimate."""

    @property
    def amount(self) -> str:
        """How many rows, in words: `50 rows`, `about 21,480,112 rows`, `some of 50 rows`, `UNKNOWN rows`."""
        if self.rows is None:
            return "UNKNOWN rows"
        some = "some of " if self.sentence in PARTLY else ""
        return f"{some}{'' if self.counted else 'about '}{self.rows:,} row{'' if self.rows == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class Descent:
    """What a downgrade would take."""

    losses: tuple[LostDown, ...]
    unknowns: tuple[tuple[str, str], ...]
    """Revisions of which it is not known, with the reason."""


def losses_down(project: AlembicProject, database: Database, target: str) -> Descent:
    """What going down to `target` would take. Only reads. Raises as `preview` and connecting do."""
    coming = preview(project, database, target, "downgrade").revisions
    with database.connect(Job.INSPECT) as connection:
        usage = read_usage(connection)
        major = int((connection.dialect.server_version_info or (0,))[0])
    tables = {one.relation: one for one in usage.tables}
    sizes = {
        name: TableFacts(str(name), one.rows, one.table_bytes, one.index_bytes)
        for name, one in tables.items()
    }
    around = Surroundings(sizes, None, major)
    found: dict[str, LostDown] = {}
    for revision in coming:
        for loss, table in _losses(revision, around):
            size = None if table is None else table.table_bytes
            told = LostDown(revision.revision.id, loss.subject, loss.sentence, loss.rows, size)
            found.setdefault(loss.subject, told)
    whole = {name for name in found if name in map(str, tables)}
    kept = [one for one in found.values() if one.subject in whole or not _within(one.subject, whole)]
    counts = _counts(database, {str(name): name for name in tables}, kept)
    losses = tuple(
        replace(one, rows=counts[_table_of(one.subject, counts)], counted=True)
        if _table_of(one.subject, counts)
        else one
        for one in kept
    )
    # What is known to hold no row is no data.
    data = tuple(one for one in losses if not (one.counted and one.rows == 0))
    unknowns = tuple((one.revision.id, one.reason or "no text of it") for one in coming if one.sql is None)
    return Descent(data, unknowns)


def _losses(revision: PreviewedRevision, around: Surroundings) -> Iterator[tuple[Loss, TableFacts | None]]:
    try:
        texts = [one.text for one in parse_script(revision.sql or "")]
    except SqlSyntaxError:
        texts = [revision.sql or ""]
    for number, text in enumerate(texts, 1):
        made = offline(text, number, around)
        for loss in () if made.bookkeeping else made.losses:
            yield loss, next((one for one in made.tables if loss.subject.startswith(one.relation)), None)


def _within(subject: str, whole: set[str]) -> bool:
    return subject.rpartition(".")[0] in whole


def _table_of(subject: str, counts: dict[str, int]) -> str:
    """The counted table that a subject is, or is a column of; empty for none."""
    return next((name for name in (subject, subject.rpartition(".")[0]) if name in counts), "")


def _counts(database: Database, tables: dict[str, Qualified], lost: list[LostDown]) -> dict[str, int]:
    """The rows of the small tables among the lost, as far as they may be read in time."""
    names = dict.fromkeys(
        name
        for one in lost
        for name in (one.subject, one.subject.rpartition(".")[0])
        if name in tables and one.table_bytes is not None and one.table_bytes <= COUNTED
    )
    counts: dict[str, int] = {}
    for name in names:
        try:
            with database.connect(Job.INSPECT) as connection:
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{COUNTING}'")
                relation = qualified(tables[name].schema, tables[name].name)
                counting = sqlalchemy.text(f"SELECT count(*) FROM {relation}")  # noqa: S608 - quoted
                counts[name] = int(connection.execute(counting).scalar_one())
        except SQLAlchemyError:  # no right to read it, or too slow: the estimate stays
            continue
    return counts
