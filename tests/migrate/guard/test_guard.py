"""Runs among other sessions: waiting, giving way, trying again, and what is done about blockers."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import psycopg2
import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from fixtures.blocking import Blocking
from sqlalchemy import Engine, inspect, text

from toolkit.cancel import CancelToken
from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.errors import ExitCode
from toolkit.events import Blocked, Event, Notice, Progress, Waiting
from toolkit.migrate import run_errors
from toolkit.migrate.guard.errors import BehindOldTransactionError, GaveWayError
from toolkit.migrate.guard.terms import Terms
from toolkit.migrate.running import dry_run, upgrade

CONCURRENT = "with op.get_context().autocommit_block():\n    op.execute('CREATE INDEX CONCURRENTLY {}')"
TITLE = "op.add_column('books', sa.Column('title', sa.Text))"
HASTY = Terms(lock_timeout=0.3, tries=2)


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


@pytest.fixture
def folder(make_project: MakeProject, database: Database) -> ProjectFolder:
    """A project at a3, with the revision a4 to come."""
    made = make_project()
    upgrade(made.open(), database)
    made.revision("a4", "a3", TITLE)
    return made


def columns(engine: Engine) -> set[str]:
    return {one["name"] for one in inspect(engine).get_columns("books")}


def test_a_blocker_that_never_lets_go_is_named_and_given_way_to(
    folder: ProjectFolder, database: Database, engine: Engine, blocking: Blocking
) -> None:
    pid = blocking.hold("holder", "SELECT 42 AS held FROM books")
    heard: list[tuple[float, Event]] = []
    begun = time.monotonic()
    with pytest.raises(GaveWayError) as caught:
        upgrade(
            folder.open(),
            database,
            emit=lambda event: heard.append((time.monotonic() - begun, event)),
            terms=HASTY,
        )
    error = caught.value
    assert (error.exit_code, error.tries, error.heads, error.revision) == (
        ExitCode.TIMED_OUT,
        2,
        ("a3",),
        "a4",
    )
    assert [one.pid for one in error.blockers] == [pid]
    assert f"pid {pid} (neonkit, idle in transaction" in error.sentence
    at, told = next((at, event) for at, event in heard if isinstance(event, Blocked))
    assert at < 2.0
    assert (told.blockers[0].role, told.blockers[0].application) == ("neonkit", "holder")
    assert told.blockers[0].statement == "SELECT 42 AS held FROM books"
    assert told.blockers[0].seconds is not None
    assert [event.attempt for _, event in heard if isinstance(event, Waiting)] == [1]
    assert [event.blockers[0].pid for _, event in heard if isinstance(event, Blocked)] == [pid, pid]
    assert "title" not in columns(engine)
    blocking.hold("holder", "ROLLBACK")
    assert upgrade(folder.open(), database).after == ("a4",)


def test_a_stop_between_two_tries_says_where_the_database_stands(
    folder: ProjectFolder, database: Database, engine: Engine, blocking: Blocking
) -> None:
    blocking.hold("holder", "SELECT FROM books")
    cancel = CancelToken()

    def hear(event: Event) -> None:
        if isinstance(event, Waiting):
            cancel.cancel("enough")

    with pytest.raises(run_errors.RunStoppedError) as caught:
        upgrade(folder.open(), database, emit=hear, cancel=cancel, terms=HASTY)
    assert caught.value.sentence == "Stopped: enough. The database is at a3."
    assert "title" not in columns(engine)


def test_a_run_gives_way_and_comes_again(
    folder: ProjectFolder, database: Database, engine: Engine, blocking: Blocking
) -> None:
    blocking.hold("holder", "SELECT FROM books")
    heard: list[Event] = []

    def hear(event: Event) -> None:
        heard.append(event)
        if isinstance(event, Waiting):
            blocking.hold("holder", "ROLLBACK")

    result = upgrade(folder.open(), database, "+1", emit=hear, terms=HASTY)
    assert result.after == ("a4",)
    assert [event.attempt for event in heard if isinstance(event, Waiting)] == [1]
    assert "title" in columns(engine)


def test_a_second_try_of_a_relative_target_goes_no_further(
    folder: ProjectFolder, database: Database, blocking: Blocking
) -> None:
    folder.replace(
        folder.env_py,
        "connection=connection, target",
        "connection=connection, transaction_per_migration=True, target",
    )
    folder.revision("a4", "a3", "op.execute('SELECT 1')")
    folder.revision("a5", "a4", TITLE)
    folder.revision("a6", "a5")
    blocking.hold("holder", "SELECT FROM books")

    def hear(event: Event) -> None:
        if isinstance(event, Waiting):
            blocking.hold("holder", "ROLLBACK")

    assert upgrade(folder.open(), database, "+2", emit=hear, terms=HASTY).after == ("a5",)


def test_nobody_queues_behind_an_old_transaction(
    folder: ProjectFolder, database: Database, engine: Engine, blocking: Blocking
) -> None:
    pid = blocking.hold("old", "SELECT FROM books")
    time.sleep(0.3)
    begun = time.monotonic()
    with pytest.raises(BehindOldTransactionError) as caught:
        upgrade(folder.open(), database, terms=Terms(lock_timeout=30, old=0.2))
    assert time.monotonic() - begun < 5
    assert caught.value.blocker.pid == pid
    assert (caught.value.heads, caught.value.exit_code) == (("a3",), ExitCode.TIMED_OUT)
    assert "--terminate-blockers" in caught.value.hint
    assert "title" not in columns(engine)


def test_blockers_are_ended_on_a_persons_word_only(
    folder: ProjectFolder, database: Database, engine: Engine, blocking: Blocking
) -> None:
    idle = blocking.hold("idle", "SELECT FROM books")
    heard: list[Event] = []
    with pytest.raises(GaveWayError):
        upgrade(
            folder.open(),
            database,
            emit=heard.append,
            terms=Terms(lock_timeout=1, tries=2, blockers="cancel"),
        )
    told = [event.sentence for event in heard if isinstance(event, Notice)]
    assert any(f"pid {idle} is idle in transaction" in one for one in told)
    terms = Terms(lock_timeout=10, blockers="terminate")
    assert upgrade(folder.open(), database, emit=heard.append, terms=terms).after == ("a4",)
    told = [event.sentence for event in heard if isinstance(event, Notice)]
    assert f"The session of pid {idle} (neonkit) was ended." in told


def test_a_statement_in_the_way_is_cancelled(
    folder: ProjectFolder, database: Database, blocking: Blocking
) -> None:
    pid = blocking.hold("busy", "SELECT 1")

    def work() -> None:
        with suppress(psycopg2.Error):
            blocking.hold("busy", "SELECT count(*), pg_sleep(60) FROM books")

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.2)
    heard: list[Event] = []
    # Its transaction stays, failed, and holds its locks no more only once it is rolled back.
    terms = Terms(lock_timeout=3, tries=3, blockers="cancel")

    def hear(event: Event) -> None:
        heard.append(event)
        if isinstance(event, Notice) and "was cancelled" in event.sentence:
            thread.join(10)
            blocking.hold("busy", "ROLLBACK")

    assert upgrade(folder.open(), database, emit=hear, terms=terms).after == ("a4",)
    assert any(isinstance(one, Notice) and f"pid {pid}" in one.sentence for one in heard)


def test_no_timeout_cancels_a_concurrent_build(
    folder: ProjectFolder, database: Database, engine: Engine, blocking: Blocking, database_url: DatabaseUrl
) -> None:
    folder.revision("a4", "a3", CONCURRENT.format("ix ON books (id)"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = database_url.database
        connection.execute(text(f"ALTER DATABASE {name} SET lock_timeout = '200ms'"))
        connection.execute(text(f"ALTER DATABASE {name} SET statement_timeout = '900ms'"))
    blocking.hold("old", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM authors")
    heard: list[Event] = []
    release = threading.Timer(1.6, lambda: blocking.hold("old", "ROLLBACK"))
    release.start()
    result = upgrade(folder.open(), database, emit=heard.append, terms=Terms(lock_timeout=0.2))
    release.join()
    assert result.after == ("a4",)
    assert [event for event in heard if isinstance(event, Blocked)]


def test_a_build_that_was_cancelled_half_way_is_built_again(
    folder: ProjectFolder, database: Database, engine: Engine, blocking: Blocking
) -> None:
    folder.revision("a4", "a3", f"{TITLE}\n{CONCURRENT.format('IF NOT EXISTS ix ON books (title)')}")
    blocking.hold("old", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM authors")
    cancel = CancelToken()

    def hear(event: Event) -> None:
        if isinstance(event, Blocked):
            threading.Thread(target=cancel.cancel, args=["Ctrl+C was pressed"]).start()

    with pytest.raises(run_errors.RunStoppedError) as caught:
        upgrade(folder.open(), database, emit=hear, cancel=cancel)
    assert (caught.value.partial, caught.value.heads) == (True, ("a3",))
    blocking.hold("old", "ROLLBACK")
    result = upgrade(folder.open(), database)
    assert result.after == ("a4",)
    assert any("invalid index ix" in one for one in result.notices)
    with engine.connect() as connection:
        valid = connection.execute(text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass"))
        assert valid.scalar_one() is True


def test_progress_of_long_statements(folder: ProjectFolder, database: Database) -> None:
    folder.revision("a4", "a3", "op.execute('SELECT pg_sleep(1.4)')")
    heard: list[Event] = []
    upgrade(folder.open(), database, emit=heard.append)
    (told, *_) = [event for event in heard if isinstance(event, Progress)]
    assert (told.step, told.total, told.unit) == ("SELECT pg_sleep(1.4)", None, "s")


def test_a_role_that_set_its_own_timeout_keeps_it(
    folder: ProjectFolder, database: Database, engine: Engine, database_url: DatabaseUrl
) -> None:
    folder.revision(
        "a4",
        "a3",
        "shown = op.get_bind().exec_driver_sql(\"SELECT current_setting('lock_timeout'), "
        "current_setting('client_connection_check_interval')\").one()\nprint(*shown)",
    )
    assert upgrade(folder.open(), database).output == ("2s 2s",)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER DATABASE {database_url.database} SET lock_timeout = '700ms'"))
    folder.revision("a5", "a4", "print(op.get_bind().exec_driver_sql('SHOW lock_timeout').scalar())")
    assert upgrade(folder.open(), database).output == ("700ms",)


@pytest.mark.parametrize("per_migration", [False, True])
def test_a_dry_run_leaves_nothing_and_names_what_it_did_not_try(
    per_migration: bool, folder: ProjectFolder, database: Database, engine: Engine
) -> None:
    if per_migration:
        folder.replace(
            folder.env_py,
            "connection=connection, target",
            "connection=connection, transaction_per_migration=True, target",
        )
    folder.revision("a4", "a3", f"{TITLE}\n{CONCURRENT.format('ix ON books (title)')}")
    folder.revision("a5", "a4", "op.execute(\"UPDATE books SET title = 'x'\")")
    result = dry_run(folder.open(), database, "upgrade", "head")
    assert (result.heads, result.revisions, result.failure) == (("a3",), ("a4", "a5"), None)
    assert [(one.revision, one.reason) for one in result.untried] == [
        ("a4", "it refuses to run inside a transaction")
    ]
    assert result.tried == 4
    assert "title" not in columns(engine)
    assert upgrade(folder.open(), database).after == ("a5",)


def test_a_dry_run_tells_what_would_fail(folder: ProjectFolder, database: Database, engine: Engine) -> None:
    folder.revision("a5", "a4", "op.execute('SELECT 1 / 0')")
    result = dry_run(folder.open(), database, "upgrade", "head")
    assert result.revisions == ("a4",)
    assert "division by zero" in str(result.failure)
    assert "title" not in columns(engine)
