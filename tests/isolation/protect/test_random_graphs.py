"""Random applications: protected they hold, by verdict and by doing; taken back, they are what they were.

One of them runs always, 120 with `pytest -m slow tests/isolation/protect/test_random_graphs.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from isolation.protect.brute import BruteForce
from isolation.protect.random_graphs import Application, application

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.driver import open_connection
from toolkit.database.scratch import ScratchDatabases
from toolkit.isolation import Verdict, judge_database
from toolkit.isolation.protect import Protection, protect
from toolkit.schema import Snapshot, read_snapshot

ROLE = "protected_app"


@pytest.fixture(scope="module")
def role(scratch: ScratchDatabases) -> Iterator[str]:
    """The application's role, which belongs to the whole server."""
    with scratch.create() as url:
        run(url, f"CREATE ROLE {ROLE} NOLOGIN")
        yield ROLE
        run(url, f"DROP ROLE {ROLE}")


def run(url: DatabaseUrl, *statements: str) -> None:
    """Each by itself, as psql does."""
    with closing(open_connection(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def snapshot(url: DatabaseUrl) -> Snapshot:
    with Database.at(url).connect(Job.INSPECT) as connection:
        return read_snapshot(connection)


def forth(protection: Protection) -> list[str]:
    return [sql for stage in protection.stages for step in protection.of(stage) for sql in step.sql]


def back(protection: Protection) -> list[str]:
    stages = reversed(protection.stages)
    return [sql for stage in stages for step in reversed(protection.of(stage)) for sql in step.back]


def leaks(url: DatabaseUrl, app: Application) -> list[str]:
    with closing(open_connection(url)) as connection, connection.cursor() as cursor:
        return BruteForce(cursor, app, ROLE).leaks()


def protect_and_take_back(scratch: ScratchDatabases, seed: int) -> int:
    """One case; gives how many leaks there were before."""
    app = application(seed)
    with scratch.create() as url:
        run(url, *app.statements(ROLE))
        database, before = Database.at(url), snapshot(url)
        leaked = leaks(url, app)
        found = protect(database, app.rules, app_role=ROLE)
        assert snapshot(url).hash == before.hash, "the trial changed the database"
        assert found.after is not None
        run(url, *forth(found.protection))
        left = {each.subject for each in found.protection.left_open}
        still = [leak for leak in leaks(url, app) if not any(leak.endswith(f" {name[7:]}") for name in left)]
        assert still == [], f"seed {seed}"
        report = judge_database(database, app.rules, app_role=ROLE)
        assert [(c.table, c.verb, c.verdict) for c in report.cells] == [
            (c.table, c.verb, c.verdict) for c in found.after.cells
        ], "the trial told something else than what came"
        doubtful = [cell for cell in report.cells if cell.verdict not in (Verdict.HELD, Verdict.PROVEN)]
        assert [cell for cell in doubtful if cell.table not in left] == [], f"seed {seed}"
        again = protect(database, app.rules, app_role=ROLE, prove=False).protection
        assert [(step.subject, step.does) for step in again.steps] == [], f"seed {seed}"
        run(url, *back(found.protection))
        assert snapshot(url).hash == before.hash, f"seed {seed}"
        assert leaks(url, app) == leaked
        database.dispose()
    return len(leaked)


def test_a_random_application(scratch: ScratchDatabases, role: str) -> None:
    assert protect_and_take_back(scratch, 0), "nothing leaked to begin with"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("start", range(0, 120, 20))
def test_many_random_applications(scratch: ScratchDatabases, role: str, start: int) -> None:
    for seed in range(start + 100, start + 120):
        protect_and_take_back(scratch, seed)
