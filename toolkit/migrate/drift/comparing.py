"""`drift`: models, migrations and a live database held against each other.

Reads the live database once, and nothing else where the other sides are kept from an earlier run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import MetaData

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.errors import NeonkitError
from toolkit.events import Emit, StepFinished, StepStarted, unheard
from toolkit.findings import Unknown
from toolkit.migrate.captured import CapturedEnvironment
from toolkit.migrate.drift import fingerprint
from toolkit.migrate.drift import scratch as places
from toolkit.migrate.drift.accepted import Acceptance
from toolkit.migrate.drift.building import RULE, Builder, Built, Plan, from_cache, missing
from toolkit.migrate.drift.cache import KeptTexts, SnapshotCache
from toolkit.migrate.drift.filters import Filters
from toolkit.migrate.drift.glance import Glance, Notes, holding, note_of, seen_from
from toolkit.migrate.drift.judging import judged, mapped_as_tables
from toolkit.migrate.drift.models import declared
from toolkit.migrate.drift.pairwise import without_relations
from toolkit.migrate.drift.planning import keyed, version_tables
from toolkit.migrate.drift.roles import as_if_built_by_owner, roles_to_provide, touches_cluster
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.drift.three_way import Sides, Table
from toolkit.migrate.drift.values import DriftReport
from toolkit.migrate.drift.verdict import Verdicts, basis
from toolkit.migrate.graph import RevisionGraph
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.reading import current
from toolkit.schema import Snapshot, read_digest, read_with_digest
from toolkit.schema.objects import Extension

SEVERAL: Final = "env.py serves several databases and does not say what of it belongs to this one"


@dataclass(frozen=True, slots=True)
class Options:
    """How to compare."""

    scratch: Scratch = Scratch.AUTO
    production: bool = False
    """Production servers get no scratch databases unless `scratch` names them."""
    cache: Path | None = None
    """The folder for what is kept between runs; None keeps nothing."""
    fresh: bool = False
    """Build every side anew."""
    accepted: tuple[Acceptance, ...] = ()
    today: date | None = None
    """For entries that expire; the default is the day in UTC."""


def drift(
    project: AlembicProject | None,
    database: Database,
    metadata: Sequence[MetaData] | None = None,
    options: Options | None = None,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> DriftReport:
    """What models, migrations and the database do not agree on, and who moved.

    `metadata` stands for the models; None takes those of `env.py`. Changes nothing but scratch databases.
    Raises what connecting and reading the project raise, ScratchRefusedError, and what starting a server
    raises; a side that cannot be built is no error but an unknown.
    """
    return _Comparison(project, database, options or Options(), emit, cancel).report(metadata)


def glance(
    project: AlembicProject | None,
    database: Database,
    metadata: Sequence[MetaData] | None = None,
    options: Options | None = None,
) -> Glance:
    """What the last `drift` with this `options.cache` found, if it still holds.

    Nothing is built and nothing is compared: the database is asked for its digest, and only where there was
    a comparison. Raises what connecting and reading the project raise.
    """
    return _Comparison(project, database, options or Options(), unheard, None).glance(metadata)


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with all that it was made of."""

    report: DriftReport
    table: Table
    plan: Plan
    place: Scratch
    """Where scratch databases are made: never AUTO."""
    roles: tuple[str, ...]
    """The roles that an embedded server needs."""
    environment: CapturedEnvironment | None


def compared(
    project: AlembicProject | None,
    database: Database,
    metadata: Sequence[MetaData] | None = None,
    options: Options | None = None,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Compared:
    """As `drift`, for who goes on from there. Raises the same."""
    return _Comparison(project, database, options or Options(), emit, cancel).compared(metadata)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be compared, before anything is read."""

    graph: RevisionGraph | None
    environment: CapturedEnvironment | None
    filters: Filters
    plan: Plan


class _Comparison:
    def __init__(
        self,
        project: AlembicProject | None,
        database: Database,
        options: Options,
        emit: Emit,
        cancel: CancelToken | None,
    ) -> None:
        self._project = project
        self._database = database
        self._options = options
        self._emit = emit
        self._cancel = cancel
        self._unknowns: list[Unknown] = []

    def report(self, metadata: Sequence[MetaData] | None) -> DriftReport:
        """The report, from a kept verdict where one holds."""
        asked = self._asked(metadata)
        if self._options.cache is None:
            return self._compared(asked, *self._read_live()).report
        basis_ = self._basis(asked)
        report, digest = self._report_with_digest(asked, basis_)
        accepted, now = self._options.accepted, datetime.now(UTC)
        self._notes.put(note_of(report, digest, basis_, holding(accepted, self._today), now))
        return report

    def _report_with_digest(self, asked: _Asked, basis_: str | None) -> tuple[DriftReport, str]:
        if basis_ is None or self._unknowns or self._options.fresh:
            snapshot, digest, seconds = self._read_with_digest()
            return self._compared(asked, snapshot, seconds).report, digest
        how = (self._options.scratch.value, self._options.production)
        verdicts = Verdicts(KeptTexts(self._options.cache), fingerprint.digest(basis_, *how))
        found, digest = self._unless_kept(verdicts)
        if isinstance(found, DriftReport):
            return found, digest
        report = self._compared(asked, *found).report
        verdicts.put(digest, report)
        return report, digest

    def glance(self, metadata: Sequence[MetaData] | None) -> Glance:
        """What is known without a comparison."""
        note, live, of = self._notes.last(), None, None
        if note is not None:
            with self._database.connect(Job.INSPECT) as connection:
                live = read_digest(connection)
            of = self._basis(self._asked(metadata)) if live == note.live else None
        return seen_from(note, live, of, holding(self._options.accepted, self._today))

    def compared(self, metadata: Sequence[MetaData] | None) -> Compared:
        """The report with what it was made of."""
        return self._compared(self._asked(metadata), *self._read_live())

    def _asked(self, metadata: Sequence[MetaData] | None) -> _Asked:
        environment = self._captured()
        if serves_several_databases(environment):
            return self._asked_of_one_of_many(metadata)
        graph = None if self._project is None else self._project.graph()
        at = self._revisions(graph)
        # A file that needs a connection has had one by now.
        environment = environment or self._environment()
        if serves_several_databases(environment):
            return self._asked_of_one_of_many(metadata)
        filters = Filters.of(environment)
        models = self._models(metadata, environment)
        what = None if models is None else declared(models, filters)
        heads = () if graph is None else graph.effective_heads
        return _Asked(graph, environment, filters, Plan(self._project, at, heads, what))

    def _captured(self) -> CapturedEnvironment | None:
        if self._project is None:
            return None
        try:
            return self._project.capture()
        except NeonkitError:
            return None

    def _asked_of_one_of_many(self, metadata: Sequence[MetaData] | None) -> _Asked:
        """Only models that were named are compared: nobody says which others and which revisions are its."""
        self._unknowns.append(Unknown(RULE, "migrations", SEVERAL))
        if metadata is None:
            self._unknowns.append(Unknown(RULE, "models", SEVERAL))
        what = None if metadata is None else declared(tuple(metadata), Filters())
        return _Asked(None, None, Filters(), Plan(None, None, (), what))

    def _compared(self, asked: _Asked, live: Snapshot, seconds: float) -> Compared:
        environment, filters = asked.environment, asked.filters
        extensions = tuple(one for one in live.own(Extension) if one.name != "plpgsql")
        texts = _texts(asked.graph)
        place = self._place(texts)
        roles = roles_to_provide(live, texts)
        plan = replace(asked.plan, extensions=extensions)
        plan, built = self._scratch_sides(plan, asked.graph, live, place, roles)
        sides, others = mapped_as_tables(self._sides(built, live, plan, filters, environment))
        table = Table(sides)
        unknowns = (*self._unknowns, *built.unknowns)
        accepted = self._options.accepted
        report = judged(table, others, plan, built, seconds, unknowns, accepted, self._today)
        return Compared(report, table, plan, place, roles, environment)

    @property
    def _today(self) -> date:
        return self._options.today or datetime.now(UTC).date()

    @property
    def _notes(self) -> Notes:
        return Notes(KeptTexts(self._options.cache), self._database.url(Job.INSPECT))

    def _basis(self, asked: _Asked) -> str | None:
        """What a verdict depends on beside the database; None where that cannot be told."""
        return basis(asked.plan, asked.graph, asked.filters, asked.environment)

    def _unless_kept(self, verdicts: Verdicts) -> tuple[DriftReport | tuple[Snapshot, float], str]:
        """The verdict that is kept for the database as it is, or its snapshot; and its digest."""
        begun = time.monotonic()
        self._emit(StepStarted("read database"))
        with self._database.connect(Job.INSPECT, emit=self._emit, cancel=self._cancel) as connection:
            digest = read_digest(connection)
            seconds = time.monotonic() - begun
            kept = verdicts.get(digest, seconds, self._options.accepted, self._today)
            if kept is not None:
                self._emit(StepFinished("read database", "done", "nothing changed", seconds))
                return kept, digest
            found, digest = read_with_digest(connection)
        seconds = time.monotonic() - begun
        self._emit(StepFinished("read database", "done", f"{len(found.objects):,} objects", seconds))
        return (found, seconds), digest

    def _revisions(self, graph: RevisionGraph | None) -> tuple[str, ...] | None:
        """The revisions the database has; None if no file carries them, or nobody can tell."""
        if self._project is None or graph is None:
            self._unknowns.append(Unknown(RULE, "migrations", "there is no Alembic project"))
            return None
        found = current(self._project, self._database)
        unknown = sorted({name for entry in found for name in entry.unknown})
        if unknown:
            reason = f"the database is at {', '.join(unknown)}, which no revision file carries"
            self._unknowns.append(Unknown(RULE, "migrations", reason))
            return None
        return tuple(sorted({head for entry in found for head in entry.heads}))

    def _environment(self) -> CapturedEnvironment | None:
        if self._project is None:
            return None
        try:
            return self._project.capture()
        except NeonkitError as error:
            online = self._project.memory.online
            if online is None:
                reason = f"env.py cannot be read without a connection: {error.sentence}"
                self._unknowns.append(Unknown(RULE, "env.py", reason))
            return online

    def _models(
        self, metadata: Sequence[MetaData] | None, environment: CapturedEnvironment | None
    ) -> tuple[MetaData, ...] | None:
        if metadata is not None:
            return tuple(metadata)
        found = () if environment is None else environment.target_metadata
        if not found:
            reason = "env.py gives no target_metadata" if environment else "no models are configured"
            self._unknowns.append(Unknown(RULE, "models", reason))
        return found or None

    def _read_live(self) -> tuple[Snapshot, float]:
        snapshot, _digest, seconds = self._read_with_digest()
        return snapshot, seconds

    def _read_with_digest(self) -> tuple[Snapshot, str, float]:
        begun = time.monotonic()
        self._emit(StepStarted("read database"))
        with self._database.connect(Job.INSPECT, emit=self._emit, cancel=self._cancel) as connection:
            found, digest = read_with_digest(connection)
        seconds = time.monotonic() - begun
        self._emit(StepFinished("read database", "done", f"{len(found.objects):,} objects", seconds))
        return found, digest, seconds

    def _place(self, texts: Sequence[str]) -> Scratch:
        return places.choose(
            self._options.scratch,
            self._database,
            production=self._options.production,
            touches_cluster=touches_cluster(texts),
            emit=self._emit,
            cancel=self._cancel,
        )

    def _scratch_sides(
        self, plan: Plan, graph: RevisionGraph | None, live: Snapshot, place: Scratch, roles: Sequence[str]
    ) -> tuple[Plan, Built]:
        options = self._options
        plan, failure = keyed(plan, graph, place, live)
        if failure is not None:
            self._unknowns.append(failure)
        cache = SnapshotCache(options.cache)
        built = Built() if options.fresh else from_cache(plan, cache)
        if missing(plan, built):
            with places.opened(place, self._database, roles, emit=self._emit, cancel=self._cancel) as server:
                built = Builder(plan, cache, server, self._emit, self._cancel).complete(built)
                built.source = server.source
        return plan, built

    def _sides(
        self,
        built: Built,
        live: Snapshot,
        plan: Plan,
        filters: Filters,
        environment: CapturedEnvironment | None,
    ) -> Sides:
        """The sides without version tables, as if the database's owner had built them."""

        def tidy(side: Snapshot | None) -> Snapshot | None:
            if side is None:
                return None
            return as_if_built_by_owner(without_relations(side, version_tables(side, environment)), live)

        migrations = tidy(built.migrations)
        pending = migrations if built.pending is built.migrations else tidy(built.pending)
        without = without_relations(live, version_tables(live, environment))
        return Sides(without, migrations, pending, built.models, plan.models, filters)


def serves_several_databases(environment: CapturedEnvironment | None) -> bool:
    """Whether env.py configures itself for more than one URL, or for one version table twice."""
    configurations = () if environment is None else environment.configurations
    urls = {str(url) for one in configurations if (url := one.options.get("url")) is not None}
    tables = {one.version_table_name for one in configurations}
    return len(urls) > 1 or len(tables) < len(configurations)


def _texts(graph: RevisionGraph | None) -> list[str]:
    revisions = () if graph is None else graph.revisions
    return [one.path.read_text("utf-8", "replace") for one in revisions if one.path.suffix == ".py"]
