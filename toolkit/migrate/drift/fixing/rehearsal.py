"""A fix tried in a scratch database: there, again where it is done already, and back.

What does not run is an error; what runs and misses its goal is left over and told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.database import Database, Job
from toolkit.migrate.drift.fixing.course import Course
from toolkit.migrate.drift.fixing.errors import RehearsalFailedError
from toolkit.migrate.drift.fixing.operations import AlembicPart, Written
from toolkit.migrate.drift.fixing.statements import DONE_ALREADY, Statement
from toolkit.migrate.drift.pairwise import Place, contrast
from toolkit.migrate.drift.roles import in_the_hands_of
from toolkit.schema import Snapshot
from toolkit.schema.ddl.alter import Hazard, alteration

MakePart = Callable[[Connection], AlembicPart]
Read = Callable[[Connection], Snapshot]


@dataclass(slots=True)
class Rehearsed:
    """What was tried and holds."""

    upgrade: tuple[Statement, ...] = ()
    downgrade: tuple[Statement, ...] = ()
    operations: Written | None = None
    missed: tuple[Place, ...] = ()
    """Differences that are still there afterwards."""
    not_taken_back: tuple[Place, ...] = ()
    """What the downgrade does not bring back."""
    repeatable: bool = True
    losing: tuple[str, ...] = field(default=())
    """Statements that would lose data where the change is made already."""


class Rehearsal:
    """The way of one course, in a database at the newest migrations.

    `owner` stands in the course where `builder` owns everything here; what is written says `owner`.
    """

    def __init__(self, scratch: Database, course: Course, owner: str, builder: str, read: Read) -> None:
        self._scratch = scratch
        self._course = course.in_the_hands_of(owner, builder)
        self._owner = owner
        self._builder = builder
        self._read = read

    def run(self, make_part: MakePart | None, *, back: bool) -> Rehearsed:
        """Try it; `back` asks for a downgrade. Raises RehearsalFailedError."""
        course = self._course
        with self._scratch.connect(Job.MIGRATE) as connection:
            if course.start is not course.newest:
                self._go(connection, course.newest, course.start)
            part, written, middle = self._by_alembic(connection, make_part)
            steps = self._go(connection, middle, course.goal, course.renames)
            reached = self._now(connection)
            found = Rehearsed(steps, (), written, tuple(_missing(reached, course.goal)))
            if course.done_already:
                self._again(connection, found, reached)
            if back:
                self._back(connection, found, part, middle, reached)
        return found

    def _by_alembic(
        self, connection: Connection, make_part: MakePart | None
    ) -> tuple[AlembicPart | None, Written | None, Snapshot]:
        """Alembic's operations, if it has some and they run; and what is there then."""
        start = self._course.start
        if make_part is None:
            return None, None, start
        try:
            with connection.begin():
                part = make_part(connection)
                if part.is_empty:
                    return None, None, start
                part.upgrade()
                written = part.written()
        except Exception:  # noqa: BLE001 - its comparison runs the project's hooks and types; SQL serves instead
            connection.rollback()
            return None, None, start
        return part, written, self._now(connection)

    def _go(
        self,
        connection: Connection,
        before: Snapshot,
        after: Snapshot,
        renames: Sequence[tuple[object, object]] = (),
    ) -> tuple[Statement, ...]:
        """Run what leads from one to the other; given back as it is to be written."""
        here = alteration(before, after, renames=renames).steps  # type: ignore[arg-type]  # pairs of keys
        with _transaction(connection):
            for step in here:
                _execute(connection, step.sql)
                if step.commit_after:
                    connection.commit()
                    connection.begin()
        if self._owner == self._builder:
            return tuple(map(Statement, here))
        turned = (in_the_hands_of(side, self._builder, self._owner) for side in (before, after))
        return tuple(map(Statement, alteration(*turned, renames=renames).steps))  # type: ignore[arg-type]  # as above

    def _again(self, connection: Connection, found: Rehearsed, reached: Snapshot) -> None:
        """Run it where it is done already, and guard what the server refuses there for that reason."""
        statements: list[Statement] = []
        losing: list[str] = []
        with _transaction(connection):
            for statement in found.upgrade:
                guard = _refusal(connection, statement.step.sql)
                if guard is None and statement.step.hazard is Hazard.LOSING_DATA:
                    losing.append(statement.step.sql)
                if guard == "":
                    found.repeatable = False
                statements.append(dataclasses.replace(statement, guard=guard or None))
        same = not list(_missing(self._now(connection), reached))
        found.repeatable = found.repeatable and same and not losing
        found.losing = tuple(losing)
        found.upgrade = tuple(statements)
        if not same:
            self._go(connection, self._now(connection), reached)

    def _back(
        self,
        connection: Connection,
        found: Rehearsed,
        part: AlembicPart | None,
        middle: Snapshot,
        reached: Snapshot,
    ) -> None:
        course = self._course
        turned = tuple((new, old) for old, new in course.renames)
        found.downgrade = self._go(connection, reached, middle, turned)
        if part is not None:
            try:
                with connection.begin():
                    part.downgrade()
            except Exception:  # noqa: BLE001 - as above
                connection.rollback()
                found.operations = (
                    dataclasses.replace(found.operations, downgrade=()) if found.operations else None
                )
                found.downgrade += self._go(connection, middle, course.start)
        found.not_taken_back = tuple(_missing(self._now(connection), course.start))

    def _now(self, connection: Connection) -> Snapshot:
        found = self._read(connection)
        connection.rollback()
        return found


@contextmanager
def _transaction(connection: Connection) -> Iterator[None]:
    """One in which functions may be made before what they speak of; another may have begun at its end."""
    connection.begin()
    try:
        connection.exec_driver_sql("SET check_function_bodies = off")
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _execute(connection: Connection, sql: str) -> None:
    try:
        connection.exec_driver_sql(sql.replace("%", "%%"))
    except DBAPIError as error:
        raise RehearsalFailedError(sql, str(error.orig).strip().splitlines()[0]) from error


def _refusal(connection: Connection, sql: str) -> str | None:
    """None where it runs again, the condition where it is refused as done already, "" where otherwise."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(sql.replace("%", "%%"))
    except DBAPIError as error:
        return DONE_ALREADY.get(str(getattr(error.orig, "pgcode", "")), "")
    return None


def _missing(here: Snapshot, there: Snapshot) -> Iterator[Place]:
    """What still differs, but for the order of columns, which says nothing of the way back."""
    for place in contrast(here, there).places:
        if place[1] != "column_order":
            yield place
