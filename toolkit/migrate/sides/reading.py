"""Reading and building the sides of a comparison.

Databases and files are read first. What is built is built on the server of the first database among the
sides, else of the project's database if it can be reached, else on an embedded one; `drift` has the rules of
when the server itself may be used, and the folder of what is kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from toolkit.cancel import CancelToken
from toolkit.database import Job
from toolkit.database.errors import NoUrlError
from toolkit.errors import NeonkitError, UnreachableError
from toolkit.events import Emit, Notice, unheard
from toolkit.migrate.captured import CapturedEnvironment
from toolkit.migrate.drift.building import Builder, Built, Plan, from_cache, missing
from toolkit.migrate.drift.cache import SnapshotCache
from toolkit.migrate.drift.filters import Filters
from toolkit.migrate.drift.models import declared
from toolkit.migrate.drift.pairwise import only, without_relations
from toolkit.migrate.drift.planning import keyed, version_tables
from toolkit.migrate.drift.roles import roles_to_provide, touches_cluster
from toolkit.migrate.drift.scratch import Scratch, ScratchServer, choose, opened
from toolkit.migrate.drift.terms import Declared, in_models_terms
from toolkit.migrate.errors import NoProjectError
from toolkit.migrate.graph import RevisionGraph
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.sides.errors import SideNotBuiltError
from toolkit.migrate.sides.gitrefs import at_git_ref
from toolkit.migrate.sides.ground import Ground, Reference
from toolkit.migrate.sides.values import (
    FileSide,
    Known,
    LiveSide,
    ModelsSide,
    RevisionSide,
    ScratchSide,
    Side,
    UrlSide,
)
from toolkit.schema import Snapshot, from_json, read_snapshot
from toolkit.schema.errors import SnapshotFileError
from toolkit.schema.objects import Extension, Kind
from toolkit.schema.snapshot import ServerFacts
from toolkit.secret import Secret


def read_sides(
    ground: Ground, sides: Sequence[Side], *, emit: Emit = unheard, cancel: CancelToken | None = None
) -> tuple[Known, ...]:
    """Every side, in their order.

    Changes nothing but scratch databases. Raises what connecting, reading the project and starting a server
    raise, SnapshotFileError, GitRefError, ScratchRefusedError, SideNotBuiltError.
    """
    with ExitStack() as stack:
        return Reader(ground, stack, emit, cancel).read(sides)


class Reader:
    """Reads sides; what it opens is closed with `stack`."""

    def __init__(self, ground: Ground, stack: ExitStack, emit: Emit, cancel: CancelToken | None) -> None:
        self._ground = ground
        self._stack = stack
        self._emit = emit
        self._cancel = cancel
        self._reference: Reference | None = None
        self._servers: dict[Scratch, ScratchServer] = {}

    def read(self, sides: Sequence[Side]) -> tuple[Known, ...]:
        """Every side, in their order."""
        known: dict[Side, Known] = {
            side: self._at_hand(side) for side in dict.fromkeys(sides) if not isinstance(side, ScratchSide)
        }
        to_build = [side for side in dict.fromkeys(sides) if isinstance(side, ScratchSide)]
        if to_build:
            for side, found in known.items():
                tables = version_tables(found.snapshot, self._environment)
                known[side] = replace(found, version_tables=tables)
        known |= {side: self._scratch_side(side) for side in to_build}
        return tuple(known[side] for side in sides)

    def _at_hand(self, side: Side) -> Known:
        begun = time.monotonic()
        if isinstance(side, FileSide):
            return Known(side, _read_file(side.path), "file")
        assert isinstance(side, LiveSide | UrlSide)
        url = side.url if isinstance(side, UrlSide) else None
        reference = self._read_database(url)
        self._reference = self._reference or reference
        return Known(side, reference.snapshot, "read", time.monotonic() - begun)

    def _read_database(self, url: Secret | None) -> Reference:
        database = self._ground.database(url)
        self._stack.callback(database.dispose)
        with database.connect(Job.INSPECT, emit=self._emit, cancel=self._cancel) as connection:
            return Reference(read_snapshot(connection), database, self._ground.production(url))

    def _scratch_side(self, side: ScratchSide) -> Known:
        if side.git is not None:
            return at_git_ref(side, self._ground, self._beside, emit=self._emit, cancel=self._cancel)
        begun = time.monotonic()
        known = self._revision(side) if isinstance(side, RevisionSide) else self._models(side)
        return replace(known, seconds=time.monotonic() - begun)

    def _revision(self, side: RevisionSide) -> Known:
        project = self._ground.project()
        graph = project.graph()
        wanted = graph.effective_heads if side.revision == "heads" else _ids(graph, side.revision)
        plan = Plan(project, wanted, graph.effective_heads, None, self._extensions)
        built = self._build(plan, graph, pending=False)
        if built.migrations is None:
            raise SideNotBuiltError(str(side), built.unknowns[0].reason)
        tables = version_tables(built.migrations, self._environment)
        snapshot = without_relations(built.migrations, tables)
        return Known(side, snapshot, _source(built, "migrations"))

    def _models(self, side: ModelsSide) -> Known:
        project, environment = self._project, self._environment
        metadata = self._ground.metadata()
        if metadata is None:
            if project is None:
                self._ground.project()
            metadata = () if environment is None else environment.target_metadata
        if not metadata:
            raise SideNotBuiltError(str(side), "neither the settings nor env.py say where the models are.")
        filters = Filters.of(environment)
        what = declared(metadata, filters)
        graph = None if project is None else project.graph()
        heads = () if graph is None else graph.effective_heads
        built = self._build(Plan(project, None, heads, what, self._extensions), graph, pending=True)
        if built.models is None:
            raise SideNotBuiltError(str(side), built.unknowns[-1].reason)
        notes = tuple(f"{unknown.subject}: {unknown.reason}" for unknown in built.unknowns)
        snapshot = said_by(built.models, what)
        return Known(side, snapshot, _source(built, "models"), declared=what, filters=filters, notes=notes)

    def _build(self, plan: Plan, graph: RevisionGraph | None, *, pending: bool) -> Built:
        """The sides of the plan, kept or built; `pending` also those that lie below the models."""
        revisions = () if graph is None else graph.revisions
        texts = [one.path.read_text("utf-8", "replace") for one in revisions if one.path.suffix == ".py"]
        place = self._place(texts)
        plan, failure = keyed(plan, graph, place, self._beside.snapshot)
        if failure is not None:
            raise SideNotBuiltError("models", failure.reason)
        if not pending:
            plan = replace(plan, pending_key=None)
        cache = SnapshotCache(self._ground.cache)
        built = Built() if self._ground.fresh else from_cache(plan, cache)
        if pending and built.models is not None:
            return built
        if missing(plan, built):
            server = self._server(place, texts)
            built = Builder(plan, cache, server, self._emit, self._cancel).complete(built)
            built.source = server.source
        return built

    def _place(self, texts: Iterable[str]) -> Scratch:
        beside, wanted = self._beside, self._ground.scratch
        if beside.database is None:
            return Scratch.EMBEDDED
        return choose(
            wanted,
            beside.database,
            production=beside.production,
            touches_cluster=touches_cluster(texts),
            emit=self._emit,
            cancel=self._cancel,
        )

    def _server(self, place: Scratch, texts: Sequence[str]) -> ScratchServer:
        if place not in self._servers:
            beside = self._beside
            roles = roles_to_provide(beside.snapshot, texts)
            context = opened(place, beside.database, roles, emit=self._emit, cancel=self._cancel)
            self._servers[place] = self._stack.enter_context(context)
        return self._servers[place]

    @property
    def _beside(self) -> Reference:
        """The database that scratch ones are made beside."""
        if self._reference is None:
            self._reference = self._configured()
        return self._reference

    def _configured(self) -> Reference:
        """The project's database; if there is none to reach, nothing."""
        try:
            return self._read_database(None)
        except (UnreachableError, NoUrlError) as error:
            if self._ground.scratch is Scratch.SERVER:
                raise
            self._emit(Notice("info", f"building on an embedded server: {error.sentence}"))
            return Reference(Snapshot(ServerFacts("", 0, "", "", superuser=False), {}))

    @property
    def _extensions(self) -> tuple[Extension, ...]:
        """Those of the database beside, in case the revisions take them for granted."""
        return tuple(one for one in self._beside.snapshot.own(Extension) if one.name != "plpgsql")

    @cached_property
    def _project(self) -> AlembicProject | None:
        try:
            return self._ground.project()
        except NoProjectError:
            return None

    @cached_property
    def _environment(self) -> CapturedEnvironment | None:
        if self._project is None:
            return None
        try:
            return self._project.capture()
        except NeonkitError:
            # What reads revisions without its env.py still compares; models without it say so themselves.
            return self._project.memory.online


def said_by(snapshot: Snapshot, what: Declared) -> Snapshot:
    """Of a snapshot only what the models declare, and the schemas they stand in."""
    keys = in_models_terms(snapshot, what).keys()
    schemas = {key.path[0] for key in keys}
    return only(
        snapshot,
        (
            thing
            for key, thing in snapshot.objects.items()
            if key in keys or (key.kind is Kind.SCHEMA and key.path[0] in schemas)
        ),
    )


def _ids(graph: RevisionGraph, symbol: str) -> tuple[str, ...]:
    return tuple(sorted(revision.id for revision in graph.resolve(symbol)))


def _source(built: Built, name: str) -> str:
    return "cache" if name in built.cached else built.source


def _read_file(path: str) -> Snapshot:
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SnapshotFileError(source=path, reason=reason) from error
    return from_json(text, path)
