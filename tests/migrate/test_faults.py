"""What goes wrong around a run: cancelling, busy locks, timeouts, lost connections, swallowed failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from fixtures.alembic_projects import MakeProject
from sqlalchemy import Engine, inspect, text

from toolkit.cancel import CancelToken
from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.database.errors import MigrationLockBusyError
from toolkit.database.lock import migration_lock
from toolkit.errors import ExitCode
from toolkit.events import Event, RevisionFinished, RevisionStarted
from toolkit.migrate import run_errors
from toolkit.migrate.guard.terms import Terms
from toolkit.migrate.running import upgrade

NEVER_MIND = """    try:
        run_migrations_online()
    except Exception:
        print('never mind')
"""

IN_A_THREAD = """    import threading
    worker = threading.Thread(target=run_migrations_online)
    worker.start()
    worker.join()
"""

SLEEPS = "op.execute('SELECT pg_sleep(30)')"


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


def when(kind: type[Event], revision: str, act: Callable[[], None]) -> Callable[[Event], None]:
    """A listener that acts at one event."""

    def hear(event: Event) -> None:
        if isinstance(event, kind) and getattr(event, "revision", None) == revision:
            act()

    return hear


@pytest.mark.parametrize("template", ["generic", "async"])
def test_stopping_in_a_statement(
    template: str, make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project(template)
    folder.revision("a4", "a3", SLEEPS)
    cancel = CancelToken()
    stopper = threading.Timer(0.4, cancel.cancel, ["Ctrl+C was pressed"])
    begun = time.monotonic()
    with pytest.raises(run_errors.RunStoppedError) as caught:
        upgrade(folder.open(), database, cancel=cancel, emit=when(RevisionStarted, "a4", stopper.start))
    assert time.monotonic() - begun < 10
    assert (caught.value.heads, caught.value.applied, caught.value.partial) == ((), (), False)
    assert inspect(engine).get_table_names() == []


def test_stopping_between_revisions_keeps_what_is_committed(
    make_project: MakeProject, database: Database
) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "connection=connection, target",
        "connection=connection, transaction_per_migration=True, target",
    )
    cancel = CancelToken()

    def stop() -> None:
        cancel.cancel("the system asked the process to end", terminated=True)

    with pytest.raises(run_errors.RunTerminatedError) as caught:
        upgrade(folder.open(), database, cancel=cancel, emit=when(RevisionFinished, "a1", stop))
    assert (caught.value.heads, caught.value.applied) == (("a1",), ("a1",))
    assert caught.value.exit_code is ExitCode.TERMINATED


def test_one_runner_at_a_time(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    with migration_lock(database, "alembic_version"), pytest.raises(MigrationLockBusyError):
        upgrade(folder.open(), database, patience=0.2)


def test_several_runners_at_once(make_project: MakeProject, database_url: DatabaseUrl) -> None:
    folder = make_project()
    folder.revision("a4", "a3", "op.execute('SELECT pg_sleep(0.3)')")
    results: list[tuple[str, ...]] = []

    def run() -> None:
        results.append(upgrade(folder.open(), Database.at(database_url), patience=30).applied)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(), (), (), ("a1", "a2", "a3", "a4")]


def test_giving_way_to_a_lock(make_project: MakeProject, database: Database, engine: Engine) -> None:
    folder = make_project()
    project = folder.open()
    upgrade(project, database)
    folder.revision("a4", "a3", "op.execute(\"SET LOCAL lock_timeout = '200ms'\")\nop.drop_table('books')")
    with engine.begin() as blocker:
        blocker.execute(text("SELECT * FROM books"))
        with pytest.raises(run_errors.MigrationTimedOutError) as caught:
            upgrade(project, database, terms=Terms(tries=1))
    assert (caught.value.sqlstate, caught.value.heads) == ("55P03", ("a3",))
    assert caught.value.exit_code is ExitCode.TIMED_OUT


def test_a_lost_connection(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.revision("a4", "a3", "op.execute('SELECT pg_terminate_backend(pg_backend_pid())')")
    with pytest.raises(run_errors.LostInRunError) as caught:
        upgrade(folder.open(), database)
    assert (caught.value.revision, caught.value.heads) == ("a4", ())
    assert caught.value.exit_code is ExitCode.UNREACHABLE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    run_migrations_online()\n", NEVER_MIND),
        ("    run_migrations_online()\n", IN_A_THREAD),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_failure_that_the_file_swallows(
    old: str, new: str, make_project: MakeProject, database: Database
) -> None:
    folder = make_project()
    folder.env_py.write_text(folder.env_py.read_text().replace(old, new))
    folder.revision("a4", "a3", "op.execute('SELECT 1 / 0')")
    with pytest.raises(run_errors.MigrationFailedError) as caught:
        upgrade(folder.open(), database)
    assert (caught.value.revision, caught.value.sqlstate, caught.value.heads) == ("a4", "22012", ())


def test_a_file_that_tries_again_is_believed(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.env_py.write_text(
        folder.env_py.read_text().replace(
            "    run_migrations_online()\n",
            NEVER_MIND.replace("print('never mind')", "run_migrations_online()"),
        )
    )
    folder.revision(
        "a4",
        "a3",
        "from pathlib import Path\nflag = Path(__file__).parent / 'flag'\n"
        "if not flag.exists():\n    flag.touch()\n    op.execute('SELECT 1 / 0')",
    )
    assert upgrade(folder.open(), database).after == ("a4",)
