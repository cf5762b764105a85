"""The scratch sides: migrations at the database's revisions, migrations at the heads, models.

All three are built one after another in one scratch database, so that a chain of revisions runs once; each is
kept as a snapshot. A side that cannot be built is None, with the reason among the unknowns; the others stand.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.exc import SQLAlchemyError

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.errors import NeonkitError, StoppedError, UnreachableError
from toolkit.events import Emit, Event, Progress, RevisionFinished, StepFinished, StepStarted
from toolkit.findings import Unknown
from toolkit.migrate.drift.cache import SnapshotCache
from toolkit.migrate.drift.models import create_models, without_other_kinds
from toolkit.migrate.drift.scratch import ScratchServer, Source, provide_extensions
from toolkit.migrate.drift.terms import Declared
from toolkit.migrate.guard.terms import UNWATCHED
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.running import upgrade
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.objects import Extension

RULE = "drift"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be built, and under which key each side is kept."""

    project: AlembicProject | None
    at: tuple[str, ...] | None
    """The revisions the database has; None where they cannot be run."""
    heads: tuple[str, ...]
    models: Declared | None
    extensions: tuple[Extension, ...] = ()
    """Those of the database, in case the revisions take them for granted."""
    migrations_key: str | None = None
    pending_key: str | None = None
    models_key: str | None = None


@dataclass(slots=True)
class Built:
    """The sides, as far as they are known."""

    migrations: Snapshot | None = None
    pending: Snapshot | None = None
    models: Snapshot | None = None
    unknowns: list[Unknown] = field(default_factory=list)
    cached: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    source: Source = "built on the database's server"
    """Where those were built that were not kept."""


def from_cache(plan: Plan, cache: SnapshotCache) -> Built:
    """The sides that are kept."""
    found = Built()
    for name in ("migrations", "pending", "models"):
        key = getattr(plan, f"{name}_key")
        snapshot = None if key is None else cache.get(key)
        if snapshot is not None:
            setattr(found, name, snapshot)
            found.cached.add(name)
    return found


def missing(plan: Plan, built: Built) -> bool:
    """Whether a side that the plan asks for is not there."""
    return any(
        getattr(plan, f"{name}_key") is not None and getattr(built, name) is None
        for name in ("migrations", "pending", "models")
    )


class Builder:
    """Builds what is missing on one scratch server."""

    def __init__(
        self, plan: Plan, cache: SnapshotCache, server: ScratchServer, emit: Emit, cancel: CancelToken | None
    ) -> None:
        self._plan = plan
        self._cache = cache
        self._server = server
        self._emit = emit
        self._cancel = cancel

    def complete(self, built: Built) -> Built:
        """Build the sides that are not there. Raises when stopped or when the server is lost.

        Revisions that fail run once more with the database's extensions in place, as somebody else may have
        installed them there.
        """
        for extensions in ((), self._plan.extensions):
            told = len(built.unknowns)
            with self._server.database() as scratch:
                provide_extensions(scratch, extensions)
                self._migrate(scratch, built)
                failed = len(built.unknowns) > told
                if failed and self._plan.extensions and not extensions:
                    del built.unknowns[told:]
                    continue
                if self._plan.models_key is not None and built.models is None:
                    self._make_models(scratch, built)
                break
        return built

    def _migrate(self, scratch: Database, built: Built) -> None:
        plan = self._plan
        if plan.project is None:
            return
        # The one scratch database stands for whatever env.py connects to: no other database is led to.
        project = replace(plan.project, databases={})
        if plan.at is not None and plan.migrations_key and built.migrations is None:
            built.migrations = self._side(project, scratch, built, "migrations", plan.at)
            if built.migrations is None:
                return
        if plan.pending_key is None or (built.pending is not None and built.models is not None):
            return
        if plan.at is not None and set(plan.at) == set(plan.heads) and built.migrations is not None:
            built.pending = built.migrations
            if "migrations" not in built.cached:
                return
        found = self._side(project, scratch, built, "pending", plan.heads)
        built.pending = built.pending or found

    def _side(
        self, project: AlembicProject, scratch: Database, built: Built, name: str, targets: Sequence[str]
    ) -> Snapshot | None:
        step = "build migrations" if name == "migrations" else "build pending migrations"
        begun = time.monotonic()
        self._emit(StepStarted(step, ", ".join(targets)))
        try:
            for target in targets:
                upgrade(
                    project,
                    scratch,
                    target,
                    emit=self._revisions(step),
                    cancel=self._cancel,
                    terms=UNWATCHED,
                )
        except (StoppedError, UnreachableError):
            raise
        except NeonkitError as error:
            self._emit(StepFinished(step, "failed", seconds=time.monotonic() - begun))
            reason = f"the migrations do not run in an empty database: {error.sentence}"
            built.unknowns.append(Unknown(RULE, name, reason))
            return None
        found = self._read(scratch, built, name, step, begun)
        self._cache.put(getattr(self._plan, f"{name}_key"), found)
        return found

    def _make_models(self, scratch: Database, built: Built) -> None:
        models, step, begun = self._plan.models, "build models", time.monotonic()
        assert models is not None
        assert self._plan.models_key is not None
        self._emit(StepStarted(step))
        if built.pending is not None:
            models, _ = without_other_kinds(models, built.pending)
        try:
            with scratch.connect(Job.MIGRATE, cancel=self._cancel) as connection, connection.begin():
                create_models(connection, models)
        except (SQLAlchemyError, NeonkitError) as error:
            if isinstance(error, StoppedError | UnreachableError):
                raise
            self._emit(StepFinished(step, "failed", seconds=time.monotonic() - begun))
            reason = f"the models' tables cannot be made: {_first_line(error)}"
            built.unknowns.append(Unknown(RULE, "models", reason))
            return
        built.models = self._read(scratch, built, "models", step, begun)
        if built.pending is not None:
            self._cache.put(self._plan.models_key, built.models)

    def _read(self, scratch: Database, built: Built, name: str, step: str, begun: float) -> Snapshot:
        with scratch.connect(Job.INSPECT, cancel=self._cancel) as connection:
            found = read_snapshot(connection)
        built.seconds[name] = time.monotonic() - begun
        self._emit(StepFinished(step, "done", f"{len(found.objects):,} objects", built.seconds[name]))
        return found

    def _revisions(self, step: str) -> Emit:
        """Revisions of a scratch run as progress: told as revisions they would look like a real run."""
        ran = 0

        def hear(event: Event) -> None:
            nonlocal ran
            if isinstance(event, RevisionFinished):
                ran += 1
                self._emit(Progress(step, ran, None, "revisions"))

        return hear


def _first_line(error: Exception) -> str:
    text = str(getattr(error, "orig", None) or error).strip()
    return text.splitlines()[0] if text else type(error).__name__
