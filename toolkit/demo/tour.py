"""The way through the product that `neonkit demo` goes: a server, a database, a history, data, a check.

Each step looks before it acts, so a second tour changes nothing and can say so: the facts of before and after
are compared. Data is imported into empty tables only; what a user did to it since is theirs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import text

from toolkit.cancel import CancelToken
from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.embedded import EmbeddedServer, RunningServer
from toolkit.demo.project import DemoProject, open_project
from toolkit.demo.tour_facts import TABLES, Facts, Owners, read_facts, read_owners
from toolkit.events import Emit, Notice, StepFinished, StepStarted, unheard
from toolkit.isolation import IsolationReport, first_verdicts, shapes_of_snapshot
from toolkit.migrate import AlembicProject, upgrade
from toolkit.models.ownership import build_ownership
from toolkit.schema import SchemaSummary, Snapshot, read_snapshot, summarise
from toolkit.settings import Settings, load_settings
from toolkit.sql.quoting import quote_identifier
from toolkit.transfer import LoadReport, load
from toolkit.workspace import Workspace

REVEAL: Final = "neonkit server url --reveal"
NEXT: Final = (
    ("neonkit tui", "look around and act in the terminal"),
    ("neonkit status", "where the database stands"),
    ("neonkit schema show tasks", "one table, whole"),
    ("neonkit isolation audit", "can any user reach another user's rows?"),
    ("neonkit server stop", "stop the server; the data stays"),
)


@dataclass(frozen=True, slots=True)
class TourResult:
    """What the tour did and found."""

    changed: bool
    """Whether structure or content of the database is another than before."""
    project: Path
    project_made: bool
    server_version: str
    server_started: bool
    database_created: bool
    applied: tuple[str, ...]
    """The revisions that ran, in order."""
    imported: int
    """Rows written."""
    facts: Facts
    schema: SchemaSummary
    owners: Owners
    isolation: IsolationReport
    url: str
    """With the password masked."""
    reveal_command: str
    next_commands: tuple[tuple[str, str], ...]
    """Command lines to go on with, each with its purpose."""
    seconds: float


def run_tour(directory: Path, emit: Emit = unheard, cancel: CancelToken | None = None) -> TourResult:
    """Go through everything, with the project in `directory`; it is laid out there if it is missing.

    Raises DemoFolderTakenError, and whatever the steps raise: nothing is hidden to keep the tour going.
    """
    begun = time.monotonic()
    project = open_project(directory)
    settings = load_settings(project.root, environ={})
    if load_settings(project.root).database_url is not None:
        emit(Notice("warning", "DATABASE_URL is set: other commands will use that database, not the demo's."))
    running = EmbeddedServer(settings.server_dir, durable=True).start(emit, cancel)
    url = running.url.with_database(settings.server_database)
    created = _create_database(running, url, emit, cancel)
    database = Database.at(url)
    try:
        tour = _Tour(project, settings, database, emit, cancel or CancelToken())
        return tour.result(running, url, created=created, begun=begun)
    finally:
        database.dispose()


@dataclass(slots=True)
class _Outcome:
    """How a step of ours ends."""

    outcome: Literal["done", "unchanged"] = "done"
    detail: str = ""

    def unchanged(self, detail: str) -> None:
        self.outcome, self.detail = "unchanged", detail


@contextmanager
def _step(name: str, emit: Emit) -> Iterator[_Outcome]:
    begun, outcome = time.monotonic(), _Outcome()
    emit(StepStarted(name))
    yield outcome
    emit(StepFinished(name, outcome.outcome, outcome.detail, time.monotonic() - begun))


def _create_database(
    running: RunningServer, url: DatabaseUrl, emit: Emit, cancel: CancelToken | None
) -> bool:
    """Make the database if it is not there; whether it was made."""
    name = str(url.database)
    server = Database.at(running.url)
    with _step("database", emit) as outcome, server.connect(Job.ADMIN, cancel=cancel) as admin:
        there = text("SELECT EXISTS (SELECT FROM pg_database WHERE datname = :name)")
        if admin.scalar(there, {"name": name}):
            outcome.unchanged(f"{name} is there already")
            return False
        admin.execute(text(f"CREATE DATABASE {quote_identifier(name)} TEMPLATE template0"))
        outcome.detail = f"{name} created"
    return True


@dataclass(frozen=True, slots=True)
class _Tour:
    project: DemoProject
    settings: Settings
    database: Database
    emit: Emit
    cancel: CancelToken

    def result(self, running: RunningServer, url: DatabaseUrl, *, created: bool, begun: float) -> TourResult:
        """Do the steps and gather what they say."""
        before, _ = self._look()
        alembic = AlembicProject.open(self.project.root, config=self.project.config)
        applied = upgrade(alembic, self.database, emit=self.emit, cancel=self.cancel).applied
        loaded = self._import_into_empty_tables()
        after, snapshot = self._look()
        with self.database.connect(Job.INSPECT, cancel=self.cancel) as connection:
            owners = read_owners(connection, after)
        return TourResult(
            changed=created or before != after,
            project=self.project.root,
            project_made=self.project.made,
            server_version=running.version,
            server_started=running.started,
            database_created=created,
            applied=applied,
            imported=0 if loaded is None else sum(table.inserted for table in loaded.tables),
            facts=after,
            schema=summarise(snapshot),
            owners=owners,
            isolation=self._isolation(snapshot),
            url=url.masked,
            reveal_command=REVEAL,
            next_commands=NEXT,
            seconds=time.monotonic() - begun,
        )

    def _look(self) -> tuple[Facts, Snapshot]:
        with self.database.connect(Job.INSPECT, emit=self.emit, cancel=self.cancel) as connection:
            snapshot = read_snapshot(connection, sizes=True)
            return read_facts(connection, snapshot), snapshot

    def _import_into_empty_tables(self) -> LoadReport | None:
        with self.database.connect(Job.INSPECT, cancel=self.cancel) as connection:
            users = connection.scalar(text("SELECT count(*) FROM users"))
        if users:
            with _step("import", self.emit) as outcome:
                outcome.unchanged(f"{users} users are there already")
            return None
        mapping, database = self.project.mapping, self.database
        report = load(mapping=mapping, database=database, emit=self.emit, cancel=self.cancel).require_loaded()
        with database.connect(Job.ADMIN, cancel=self.cancel) as connection:
            # After a bulk load the planner knows nothing of the tables until somebody tells it.
            connection.execute(text(f"ANALYZE {', '.join(TABLES)}"))
        return report

    def _isolation(self, snapshot: Snapshot) -> IsolationReport:
        rules = Workspace.open(self.settings).ownership_rules
        declared = self.settings.isolation
        return first_verdicts(
            self.database,
            build_ownership(shapes_of_snapshot(snapshot), rules),
            app_role=declared.app_role,
            identity_setting=declared.identity_setting,
            emit=self.emit,
            cancel=self.cancel,
        )
