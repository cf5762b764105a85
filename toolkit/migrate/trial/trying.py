"""`try_out`: revisions run on a copy of a live database, each statement recorded.

The copy is the live schema made again; where it cannot be made, or the revisions fail on it, the history is
run instead. What was recorded before a failure is kept, with the sentence of the failure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from alembic.runtime.migration import MigrationStep

from toolkit.cancel import CancelToken
from toolkit.database import Database, DatabaseUrl, Job
from toolkit.errors import NeonkitError, StoppedError
from toolkit.events import Emit, Notice, unheard
from toolkit.migrate.drift import scratch as places
from toolkit.migrate.drift.roles import roles_to_provide, touches_cluster
from toolkit.migrate.drift.scratch import Scratch, ScratchServer
from toolkit.migrate.graph import RevisionGraph
from toolkit.migrate.guard.terms import UNWATCHED
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.run import Errand, run
from toolkit.migrate.standing import Standing, standings
from toolkit.migrate.trial.copies import Copy, CopyFailedError, copied_by_history, copied_by_schema
from toolkit.migrate.trial.hearing import Ear, Watch
from toolkit.migrate.trial.values import Ground, Trial
from toolkit.schema import Snapshot, read_snapshot

Direction = Literal["upgrade", "downgrade"]


@dataclass(frozen=True)
class Live:
    """A live database as a trial needs it: read once, never written."""

    project: AlembicProject
    database: Database
    graph: RevisionGraph
    standings: tuple[Standing, ...]
    snapshots: Mapping[DatabaseUrl, Snapshot] = field(repr=False)

    @property
    def heads(self) -> tuple[str, ...]:
        """The revisions it has, in all of its version tables."""
        return tuple(sorted({head for one in self.standings for head in one.heads}))

    @property
    def snapshot(self) -> Snapshot:
        """The schema of the main database."""
        return self.snapshots[self.database.url(Job.MIGRATE)]


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where copies are made."""

    scratch: Scratch = Scratch.AUTO
    production: bool = False
    """Production servers get no scratch databases unless `scratch` names them."""


def read_live(
    project: AlembicProject, database: Database, *, emit: Emit = unheard, cancel: CancelToken | None = None
) -> Live:
    """Read where the database stands and its schema. Raises what connecting and `standings` raise."""
    found = standings(project, database)
    main = database.url(Job.MIGRATE)
    urls = dict.fromkeys([main, *project.databases.values(), *(one.table.url for one in found)])
    snapshots = {}
    for url in urls:
        asked = database if url == main else Database.at(url)
        with asked.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
            snapshots[url] = read_snapshot(connection)
    return Live(project, database, project.graph(), found, snapshots)


@contextmanager
def scratch_server(
    live: Live,
    revisions: Sequence[str],
    grounds: Grounds,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Iterator[ScratchServer]:
    """The server on which copies are made, for revisions of these ids. Raises ScratchRefusedError."""
    wanted = set(revisions)
    paths = [one.path for one in live.graph.revisions if one.id in wanted and one.path.suffix == ".py"]
    texts = [path.read_text("utf-8", "replace") for path in paths]
    place = places.choose(
        grounds.scratch,
        live.database,
        production=grounds.production,
        touches_cluster=touches_cluster(texts),
        emit=emit,
        cancel=cancel,
    )
    roles = roles_to_provide(live.snapshot, texts)
    with places.opened(place, live.database, roles, emit=emit, cancel=cancel) as server:
        yield server


@contextmanager
def copy_of(
    live: Live, server: ScratchServer, *, emit: Emit = unheard, cancel: CancelToken | None = None
) -> Iterator[Copy]:
    """A copy at the live revisions: by schema, else by history. Raises what `upgrade` raises."""
    schema = copied_by_schema(live.project, live.database, server, live.snapshots, live.standings, emit)
    try:
        made = schema.__enter__()
    except CopyFailedError as error:
        reason = f"The schema could not be copied ({error}); the history was run instead."
        with _history(live, server, emit, cancel) as other:
            yield replace(other, notes=(*other.notes, reason))
        return
    with _entered(schema):
        yield made


@contextmanager
def _entered(context: Any) -> Iterator[None]:
    """The rest of a context that was entered already."""
    try:
        yield
    except BaseException as error:
        context.__exit__(type(error), error, error.__traceback__)
        raise
    context.__exit__(None, None, None)


def _history(live: Live, server: ScratchServer, emit: Emit, cancel: CancelToken | None) -> Any:
    heads = live.heads
    return copied_by_history(live.project, live.database, server, live.snapshots, heads, emit, cancel)


def run_heard(
    live: Live,
    copy: Copy,
    errand: Errand,
    *,
    watch: Watch | None = None,
    cancel: CancelToken | None = None,
) -> Trial:
    """Do the errand on the copy, and record. A failure of the run is part of the result; stopping is not."""
    paths = {one.id: one.path for one in live.graph.revisions}
    tables = {one.table.name for one in live.standings} or {"alembic_version"}
    ear = Ear(paths, tables, live.snapshot.server.major, watch)
    output: list[str] = []

    def hear(event: Any) -> None:
        ear.hear(event)
        if isinstance(event, Notice):
            output.append(event.sentence)

    failure = None
    try:
        with ear.listening():
            run(copy.project, copy.database, errand, emit=hear, cancel=cancel, terms=UNWATCHED)
    except StoppedError:
        raise
    except NeonkitError as error:
        failure = error.sentence
    return Trial(copy.ground, ear.revisions(), failure, copy.notes, tuple(output))


def upgrade_to(target: str) -> Errand:
    """Alembic's upgrade to a target."""
    return Errand(
        "upgrade",
        target,
        lambda script, heads: script._upgrade_revs(target, heads),  # noqa: SLF001 - what alembic.command calls
        {"as_sql": False, "starting_rev": None, "destination_rev": target},
    )


def single_step(revision: str, direction: Direction) -> Errand:
    """One revision up or down, whatever lies beside it: branches and merges are walked one by one."""

    def steps(script: Any, heads: Any) -> list[Any]:
        del heads
        found = script.get_revision(revision)
        made = (
            MigrationStep.upgrade_from_script
            if direction == "upgrade"
            else MigrationStep.downgrade_from_script
        )
        return [made(script.revision_map, found)]

    return Errand(
        direction, revision, steps, {"as_sql": False, "starting_rev": None, "destination_rev": revision}
    )


def try_out(
    live: Live,
    target: str,
    revisions: Sequence[str],
    grounds: Grounds | None = None,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Trial:
    """Upgrade a copy to `target` on a server of its own choice. Raises what making copies raises."""
    with scratch_server(live, revisions, grounds or Grounds(), emit=emit, cancel=cancel) as server:
        return try_on(server, live, target, emit=emit, cancel=cancel)


def try_on(
    server: ScratchServer,
    live: Live,
    target: str,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Trial:
    """Upgrade a copy to `target`; where it fails on the schema's copy, on one made by the history too.

    The better of the two is given: the one that came further. Raises what making copies raises.
    """
    with copy_of(live, server, emit=emit, cancel=cancel) as copy:
        first = _tried(live, copy, target, cancel)
    if first.failure is None or copy.ground is not Ground.SCHEMA or not live.heads:
        return first
    try:
        with _history(live, server, emit, cancel) as copy:
            second = _tried(live, copy, target, cancel)
    except StoppedError:
        raise
    except NeonkitError:
        return first
    reason = f"On a copy of the schema alone it failed: {first.failure}"
    return replace(second, notes=(*second.notes, reason)) if second.failure is None else first


def _tried(live: Live, copy: Copy, target: str, cancel: CancelToken | None) -> Trial:
    trial = run_heard(live, copy, upgrade_to(target), cancel=cancel)
    with copy.database.connect(Job.INSPECT, cancel=cancel) as connection:
        return replace(trial, after=read_snapshot(connection))
