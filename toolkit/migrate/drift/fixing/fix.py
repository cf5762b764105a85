"""`fix`: one revision that closes drift, tried in a scratch database and then written."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection, MetaData

from toolkit.cancel import CancelToken
from toolkit.database import Database
from toolkit.errors import NeonkitError, StoppedError, UnreachableError
from toolkit.events import Emit, StepFinished, StepStarted, unheard
from toolkit.migrate.drift import scratch as places
from toolkit.migrate.drift.comparing import Compared, Options, compared
from toolkit.migrate.drift.fixing.course import Course, course
from toolkit.migrate.drift.fixing.errors import SideMissingError, WishError
from toolkit.migrate.drift.fixing.operations import AlembicPart
from toolkit.migrate.drift.fixing.rehearsal import MakePart, Rehearsal, Rehearsed
from toolkit.migrate.drift.fixing.statements import Statement, as_python
from toolkit.migrate.drift.fixing.values import Direction, Fixed, Left, Wish
from toolkit.migrate.drift.pairwise import without_relations
from toolkit.migrate.drift.planning import version_tables
from toolkit.migrate.drift.scratch import provide_extensions
from toolkit.migrate.guard.terms import UNWATCHED
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.revision_body import RevisionBody
from toolkit.migrate.running import upgrade
from toolkit.migrate.writing import WrittenRevisions, revision
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.ddl.alter import Hazard, alteration

MISSED = "the statements leave it as it is"
NOT_TAKEN_BACK = "the downgrade does not take it back"
_STEP = "try the revision"


def fix(
    project: AlembicProject,
    database: Database,
    wish: Wish,
    metadata: Sequence[MetaData] | None = None,
    options: Options | None = None,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Fixed:
    """Write the revision that closes what the wish speaks of; none where there is nothing to close.

    The live database is only read. Raises what `drift` raises, SideMissingError, NoSuchDifferenceError,
    WishError, RehearsalFailedError, NotARenameError, and what writing a revision raises.
    """
    if wish.direction is None and not wish.adopt:
        raise WishError("it is not said which side is right")
    found = compared(project, database, metadata, options, emit=emit, cancel=cancel)
    _one_database(found)
    way, owner, builder = course(found, wish)
    if not way.places:
        return Fixed(None, left=way.left)
    begun = time.monotonic()
    emit(StepStarted(_STEP))
    with (
        places.opened(found.place, database, found.roles, emit=emit, cancel=cancel) as server,
        _at_heads(project, found, server, cancel) as scratch,
    ):
        rehearsal = Rehearsal(scratch, way, owner, builder, lambda connection: _read(connection, found))
        tried = rehearsal.run(_alembics(found, way), back=wish.direction is not Direction.MIGRATIONS)
    emit(StepFinished(_STEP, "done", f"{len(way.places)} differences", time.monotonic() - begun))
    if wish.direction is Direction.MIGRATIONS and tried.losing:
        raise WishError(f"a database that nobody changed would lose data by {tried.losing[0]!r}")
    written = revision(
        project, database, wish.message or _message(wish), body=_body(tried), head=wish.head, emit=emit
    )
    return _fixed(found, way, tried, written)


def _one_database(found: Compared) -> None:
    if found.environment is not None and len(found.environment.configurations) > 1:
        raise WishError("env.py serves several databases, and a revision for one would run in all of them")


@contextmanager
def _at_heads(
    project: AlembicProject, found: Compared, server: places.ScratchServer, cancel: CancelToken | None
) -> Iterator[Database]:
    """A scratch database with all migrations, and with the database's extensions where they need them."""
    last: NeonkitError | None = None
    for extensions in ((), found.plan.extensions):
        with server.database() as scratch:
            provide_extensions(scratch, extensions)
            try:
                for head in found.plan.heads:
                    upgrade(replace(project, databases={}), scratch, head, cancel=cancel, terms=UNWATCHED)
            except (StoppedError, UnreachableError):
                raise
            except NeonkitError as error:
                last = error
                continue
            yield scratch
            return
    assert last is not None
    raise SideMissingError("migrations", last.sentence.rstrip(".")) from last


def _read(connection: Connection, found: Compared) -> Snapshot:
    side = read_snapshot(connection)
    return without_relations(side, version_tables(side, found.environment))


def _alembics(found: Compared, way: Course) -> MakePart | None:
    """Alembic's part of the way to the models."""
    declared = found.table.sides.declared
    if declared is None or not way.alembics:
        return None
    tables = list(declared.tables.values())
    metadata = list({id(table.metadata): table.metadata for table in tables}.values())
    environment = found.environment
    render_item = None if environment is None else environment.first.render_item
    return lambda connection: AlembicPart(connection, metadata, tables, way.alembics, render_item)


def _message(wish: Wish) -> str:
    if wish.direction is Direction.MIGRATIONS:
        return "take back changes made by hand"
    if wish.direction is None:
        return "take over changes made by hand"
    return "follow the models"


def _body(tried: Rehearsed) -> RevisionBody:
    own = tried.operations
    return RevisionBody(
        upgrade=((*own.upgrade,) if own else ()) + as_python(tried.upgrade),
        downgrade=as_python(tried.downgrade) + ((*own.downgrade,) if own else ()),
        imports=own.imports if own else (),
    )


def _fixed(found: Compared, way: Course, tried: Rehearsed, written: WrittenRevisions) -> Fixed:
    missed = {(str(key), attribute) for key, attribute in tried.missed}
    closed = tuple((str(key), attribute) for key, attribute in way.places)
    whole = [Statement(step) for step in alteration(way.start, way.goal, renames=way.renames).steps]
    risky = [each.step for each in whole if each.step.hazard is not Hazard.SAFE]
    (new,) = written.revisions
    return Fixed(
        new,
        closed=tuple(place for place in closed if place not in missed),
        left=(
            *way.left,
            *(Left(name, attribute, MISSED) for name, attribute in sorted(missed)),
            *(Left(str(key), attribute, NOT_TAKEN_BACK) for key, attribute in tried.not_taken_back),
        ),
        hazard=alteration(way.start, way.goal, renames=way.renames).hazard,
        hazards=tuple(f"{step.hazard}: {step.sql.splitlines()[0]}" for step in risky),
        repeatable=tried.repeatable,
        commands=tuple(_commands(found, new.id, repeatable=tried.repeatable)),
        models_differ=way.models_differ,
    )


def _commands(found: Compared, new: str, *, repeatable: bool) -> Iterator[str]:
    """What this database needs: it may have the change already, and then must not get it twice."""
    if repeatable:
        yield "neonkit upgrade"
        return
    at, heads = found.plan.at, found.plan.heads
    if at is None or set(at) != set(heads):
        yield from (f"neonkit upgrade {head}" for head in heads)
    yield f"neonkit stamp {new}"
