"""Faults from outside: killed runners, lost servers, several runners. Each ends in a state named rightly.

The long ones, a kill at every statement among them: `pytest -m slow tests/migrate/test_faults_hard.py`.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fixtures.alembic_projects import ID, MakeProject, ProjectFolder
from fixtures.command_line import MAIN, plain_environment
from sqlalchemy import Engine, text

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.database.embedded import EmbeddedServer
from toolkit.database.jobs import Job
from toolkit.events import Event, StatementFinished
from toolkit.migrate import run_errors
from toolkit.migrate.guard.terms import Terms
from toolkit.migrate.journal.errors import InDoubtError
from toolkit.migrate.journal.page import journal_page
from toolkit.migrate.journal.reading import JournalReader
from toolkit.migrate.journal.writing import opened
from toolkit.migrate.running import upgrade

BLOCK = "with op.get_context().autocommit_block():\n    "

INSERT_OF_A4 = 2 + 3 + 2 + 1
"""Which of the run's statements it is: those of a1 to a3 go before it, each with its version row."""

KILLER = """
import os, signal, sys
from pathlib import Path
from toolkit.database import Database, DatabaseUrl
from toolkit.migrate.journal import keeping
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.recording import Recorder
from toolkit.migrate.running import upgrade

when, number, seen = sys.argv[2], int(sys.argv[3]), 0

def die(*_):
    global seen
    seen += 1
    if seen == number:
        os.kill(os.getpid(), signal.SIGKILL)

name = {"before": "_statement_begins", "after": "_statement_ended", "commit": "_committed"}[when]
original = getattr(Recorder, name)

def wrapped(self, *args, **kwargs):
    inside = self.current is not None or when == "commit"
    answer = original(self, *args, **kwargs)
    if inside and not self._ours:
        die()
    return answer

setattr(Recorder, name, wrapped)
project = AlembicProject.open(Path(sys.argv[1]))
upgrade(project, Database.at(DatabaseUrl.parse(os.environ["TEST_URL"])))
print("done")
"""


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


def twelve(make_project: MakeProject) -> ProjectFolder:
    """Twelve revisions: plain ones, one that leaves the transaction twice, one that only changes rows."""
    folder = make_project()
    parent = "a3"
    for number in range(4, 13):
        up = f"op.create_table('t{number}', {ID})\nop.execute('INSERT INTO t{number} VALUES ({number})')"
        if number == 6:
            up += f"\n{BLOCK}op.execute('CREATE INDEX CONCURRENTLY ix_t6 ON t6 (id)')"
            up += f"\n{BLOCK}op.execute('CREATE INDEX CONCURRENTLY ix_t6b ON t6 (id)')"
            up += "\nop.execute(\"INSERT INTO authors (name) VALUES ('Eve')\")"
        folder.revision(f"c{number}", parent, up)
        parent = f"c{number}"
    return folder


def killed(folder: Path, url: DatabaseUrl, when: str, number: int) -> bool:
    """Whether the runner was killed at that point, rather than coming to its end before it."""
    ran = subprocess.run(
        [sys.executable, "-c", KILLER, str(folder), when, str(number)],
        env=plain_environment({"TEST_URL": url.reveal_plain()}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode in (0, -signal.SIGKILL), ran.stderr
    return ran.returncode != 0


def is_whole(engine: Engine) -> None:
    """Everything is there, and once."""
    with engine.connect() as connection:
        names = connection.execute(text("SELECT relname FROM pg_class WHERE relname ~ '^t[0-9]+$'")).scalars()
        assert sorted(names) == sorted(f"t{number}" for number in range(4, 13))
        rows = connection.execute(text("SELECT count(*) FROM authors WHERE name = 'Eve'")).scalar_one()
        assert rows == 1
        invalid = connection.execute(text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")).scalar_one()
        assert invalid == 0


def kill_and_go_on(
    make_project: MakeProject, database: Database, engine: Engine, points: list[tuple[str, int]]
) -> None:
    folder = twelve(make_project)
    died = [killed(folder.root, database.url(Job.MIGRATE), when, number) for when, number in points]
    assert any(died)
    until = time.monotonic() + 60  # the server takes a moment to notice that nobody is there any more
    while any(one.outcome == "running" for one in journal_page(folder.open(), database).runs):
        assert time.monotonic() < until, "a run that was killed is still told as running"
        time.sleep(0.1)
    result = upgrade(folder.open(), database, patience=30)
    assert result.after == ("c12",)
    is_whole(engine)
    connection = opened(database.url(Job.MIGRATE))
    try:
        runs = JournalReader(connection).runs()
    finally:
        connection.close()
    assert runs[0].outcome == "done"
    assert {one.outcome for one in runs[1:]} <= {"broken off", "done"}


@pytest.mark.parametrize(
    "points",
    [
        [("before", 14), ("after", 14), ("commit", 1)],
        [("after", 16), ("before", 2), ("after", 3)],
        [("commit", 5)],
    ],
    ids=["around the first block", "in the blocks", "at the last commit"],
)
def test_a_killed_runner(
    points: list[tuple[str, int]], make_project: MakeProject, database: Database, engine: Engine
) -> None:
    kill_and_go_on(make_project, database, engine, points)


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after", "commit"])
@pytest.mark.parametrize("number", range(1, 41))
def test_a_runner_killed_at_every_statement(
    when: str, number: int, make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = twelve(make_project)
    if not killed(folder.root, database.url(Job.MIGRATE), when, number):
        pytest.skip("the run has fewer of these")
    assert upgrade(folder.open(), database, patience=30).after == ("c12",)
    is_whole(engine)


def test_a_statement_in_doubt_is_not_guessed(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    folder.revision("a4", "a3", f"{BLOCK}op.execute(\"INSERT INTO authors (name) VALUES ('Eve')\")")
    # The statement before this one ended the transaction, and this one commits by itself.
    assert killed(folder.root, database.url(Job.MIGRATE), "before", INSERT_OF_A4)
    with pytest.raises(InDoubtError) as caught:
        upgrade(folder.open(), database)
    assert caught.value.revision == "a4"
    assert "--in-doubt ran" in caught.value.hint
    assert upgrade(folder.open(), database, terms=Terms(in_doubt="rerun")).after == ("a4",)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT count(*) FROM authors WHERE name = 'Eve'")).scalar_one()
    assert rows == 1


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_two_runners_at_once(rounds: int, make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    for number in range(rounds):
        folder.revision(
            f"d{number}", f"d{number - 1}" if number else "a3", "op.execute('SELECT pg_sleep(0.2)')"
        )
        runners = [
            subprocess.Popen(
                [sys.executable, "-c", MAIN, "upgrade", "--yes", "--json"],
                cwd=folder.root,
                env=plain_environment({"DATABASE_URL": database.url(Job.MIGRATE).reveal_plain()}),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        said = [runner.communicate(timeout=60) for runner in runners]
        assert [runner.returncode for runner in runners] == [0, 0], said
        applied = [out.count(f'"revision": "d{number}"') for out, _ in said]
        assert sorted(applied) == [0, 1], said


def test_a_backend_that_dies_during_commit(
    make_project: MakeProject, database: Database, database_url: DatabaseUrl, engine: Engine
) -> None:
    folder = make_project()
    # A deferred constraint trigger runs inside COMMIT, and there its backend is ended.
    folder.revision(
        "a4",
        "a3",
        "op.execute('''CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$''')\n"
        "op.execute('CREATE CONSTRAINT TRIGGER die AFTER INSERT ON books DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION die()')\n"
        "op.execute('INSERT INTO books VALUES (1)')",
    )
    with pytest.raises(run_errors.LostInRunError) as caught:
        upgrade(folder.open(), database)
    assert (caught.value.outcome, caught.value.heads) == (run_errors.Outcome.NOT_APPLIED, ())
    assert "a4 is not applied" in caught.value.sentence
    folder.revision("a4", "a3")
    assert upgrade(folder.open(), database).after == ("a4",)


def test_a_server_that_is_restarted_in_the_middle(
    make_project: MakeProject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    embedded = EmbeddedServer(tmp_path_factory.mktemp("restarted"), durable=True)
    running = embedded.start()
    try:
        database = Database.at(running.url)
        folder = make_project()
        folder.revision(
            "a4", "a3", f"op.create_table('t4', {ID})\n{BLOCK}op.execute('SELECT 1')\nop.execute('SELECT 2')"
        )
        restarted: list[str] = []

        def restart(event: Event) -> None:
            if isinstance(event, StatementFinished) and event.sql == "SELECT 1" and not restarted:
                restarted.append("once")
                embedded.stop()

        with pytest.raises(run_errors.LostInRunError) as caught:
            upgrade(folder.open(), database, emit=restart)
        assert caught.value.partial
        again = Database.at(embedded.start().url)
        assert upgrade(folder.open(), again).after == ("a4",)
    finally:
        embedded.destroy()


def test_a_disk_that_is_full(
    make_project: MakeProject, database: Database, database_url: DatabaseUrl, engine: Engine
) -> None:
    folder = make_project()
    # The server's own code for it, as a statement sees it that finds no room.
    folder.revision(
        "a4",
        "a3",
        f"op.create_table('t4', {ID})\n"
        "op.execute(\"DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' "
        "USING ERRCODE = '53100'; END $$\")",
    )
    with pytest.raises(run_errors.MigrationFailedError) as caught:
        upgrade(folder.open(), database)
    assert (caught.value.sqlstate, caught.value.heads, caught.value.partial) == ("53100", (), False)
    folder.revision("a4", "a3")
    assert upgrade(folder.open(), database).after == ("a4",)


def test_an_env_that_takes_an_advisory_lock_of_its_own(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.replace(
        folder.env_py,
        "        context.configure(\n            connection=connection",
        "        connection.exec_driver_sql('SELECT pg_advisory_lock(99)')\n        connection.commit()\n"
        "        context.configure(\n            connection=connection",
    )
    folder.revision("a4", "a3", f"{BLOCK}op.execute('CREATE INDEX CONCURRENTLY ix ON books (id)')")
    done: list[tuple[str, ...]] = []
    threads = [
        threading.Thread(target=lambda: done.append(upgrade(folder.open(), database, patience=30).after))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert done == [("a4",), ("a4",)]
