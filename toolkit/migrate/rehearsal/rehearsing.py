"""`rehearse`: a range of revisions walked on a throw-away copy, or on a database that was named."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, StepFinished, StepStarted, unheard
from toolkit.findings import Report
from toolkit.migrate.graph import Revision
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.rehearsal.filling import Wanted, read_shapes
from toolkit.migrate.rehearsal.values import Rehearsal
from toolkit.migrate.rehearsal.walking import STEP, Walk, Walker
from toolkit.migrate.trial import Ground, Grounds, Live, copy_of, read_live, scratch_server
from toolkit.migrate.trial.copies import Copy, copied_by_history
from toolkit.schema.usage import read_usage

ENOUGH: Final = 50_000
"""Synthetic rows in all tables together that are made in some seconds."""


@dataclass(frozen=True, slots=True)
class RehearsalOptions:
    """How to rehearse."""

    grounds: Grounds = field(default_factory=Grounds)
    rows: int | None = 10
    """Synthetic rows for each table; None: as many as live."""
    whole_history: bool = False
    """From base to all heads, whatever the database has."""
    round_trip: bool = True
    on: Database | None = None
    """A database to use instead of a copy. It is changed."""
    root: str = ""
    """The folder that paths are shown from."""


def rehearse(
    project: AlembicProject,
    database: Database,
    target: str = "head",
    options: RehearsalOptions | None = None,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Rehearsal:
    """Walk what lies between the database and `target`, or a range `start:end` of the history.

    Raises what connecting, the graph and scratch databases raise; a revision that fails is a finding.
    """
    options, begun = options or RehearsalOptions(), time.monotonic()
    asked = options.on or database
    live = read_live(project, asked, emit=emit, cancel=cancel)
    start, revisions = _range(live, target, whole=options.whole_history)
    if not revisions:
        return _result(live, Ground.SCHEMA, Walk(), (), begun)
    wanted = _wanted(live, asked, options)
    emit(StepStarted(STEP, f"{len(revisions)} revisions"))
    with _ground(live, start, revisions, options, emit, cancel) as (copy, source):
        standing = replace(live, standings=live.standings if start is None else ())
        walker = Walker(standing, copy, wanted, options.root, emit, cancel, round_trip=options.round_trip)
        walk = walker.go(revisions)
    emit(StepFinished(STEP, seconds=time.monotonic() - begun))
    return _result(live, copy.ground, walk, (*copy.notes, *source), begun)


def rows_to_make(database: Database, *, most: int = ENOUGH) -> int | None:
    """Synthetic rows that a table is worth: as many as live (None), unless those are more than `most` in all.

    Raises what connecting raises.
    """
    with database.connect(Job.INSPECT) as connection:
        live = sum(one.rows or 0 for one in read_usage(connection).tables)
    return None if live <= most else RehearsalOptions().rows


def _range(live: Live, target: str, *, whole: bool) -> tuple[tuple[str, ...] | None, tuple[Revision, ...]]:
    """Where the walk starts (None: where the database stands), and what it walks."""
    graph = live.graph
    if whole:
        return (), graph.revisions
    if ":" in target:
        start, end = (part.strip() for part in target.split(":", 1))
        below = () if start in ("", "base") else tuple(one.id for one in graph.resolve(start))
        return below, graph.pending(below, end or "heads")
    return None, graph.pending(live.heads, target)


def _wanted(live: Live, database: Database, options: RehearsalOptions) -> Wanted:
    if options.rows == 0:
        return Wanted(0)
    with database.connect(Job.INSPECT) as connection:
        counts = {one.relation: one.rows or 0 for one in read_usage(connection).tables}
        shapes = read_shapes(connection)
    del live
    return Wanted(options.rows, counts, shapes)


@contextmanager
def _ground(
    live: Live,
    start: tuple[str, ...] | None,
    revisions: tuple[Revision, ...],
    options: RehearsalOptions,
    emit: Emit,
    cancel: CancelToken | None,
) -> Iterator[tuple[Copy, tuple[str, ...]]]:
    """The copy to walk on, and notes on where it is."""
    if options.on is not None:
        yield Copy(replace(live.project, databases={}), options.on, Ground.NAMED, ()), ()
        return
    ids = [one.id for one in (revisions if start is None else live.graph.revisions)]
    with scratch_server(live, ids, options.grounds, emit=emit, cancel=cancel) as server:
        notes = (f"The copy was {server.source}.",)
        if start is None:
            with copy_of(live, server, emit=emit, cancel=cancel) as copy:
                yield copy, notes
            return
        history = copied_by_history(live.project, live.database, server, live.snapshots, start, emit, cancel)
        with history as copy:
            yield copy, notes


def _result(live: Live, ground: Ground, walk: Walk, notes: tuple[str, ...], begun: float) -> Rehearsal:
    url = live.database.url(Job.MIGRATE)
    looked = {
        "revisions": len({step.revision for step in walk.steps}),
        "statements": sum(len(step.statements) for step in walk.steps),
        "locks compared": sum(one.agrees is not None for step in walk.steps for one in step.statements),
    }
    return Rehearsal(
        f"{url.host}:{url.port or 5432}/{url.database}",
        live.snapshot.server.version,
        ground.value,
        walk.rows,
        tuple(walk.steps),
        Report(tuple(walk.findings), tuple(walk.unknowns), looked),
        time.monotonic() - begun,
        tuple(dict.fromkeys(notes)),
    )
