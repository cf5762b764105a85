"""What this product does with a pooled address: short work goes through it, session work goes round it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.command_line import Neonkit
from fixtures.pooler import Pooler
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from toolkit.database import Database, DatabaseUrl, Job, Urls, session_scope, user_session
from toolkit.database.lock import migration_lock
from toolkit.events import Event, Notice

THROUGH = {Job.APPLICATION, Job.SERVERLESS}
IDENTITY = text("SELECT current_setting('app.user_id', true)")
AWAY = "db-pooler.local.neon.test"
"""A pooled host whose direct one cannot be told from its name."""


@pytest.fixture
def database(pooler: Pooler) -> Database:
    """By both addresses where the direct one cannot be derived."""
    given = None if pooler.kind == "front" else pooler.direct
    return Database(Urls.resolve(pooler.url, given))


def pid(session: Session) -> int:
    return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_identities_follow_their_transactions(pooler: Pooler, database: Database) -> None:
    engine: Engine = database.engine(Job.APPLICATION)
    seen: dict[str, set[int]] = {"ann": set(), "bob": set()}
    with user_session(engine, "ann") as ann, user_session(engine, "bob") as bob:
        for _ in range(3):
            for name, session in (("ann", ann), ("bob", bob)):
                assert session.scalar(IDENTITY) == name
                seen[name].add(pid(session))
            ann.commit()
            assert bob.scalar(IDENTITY) == "bob"
            bob.commit()
            assert ann.scalar(IDENTITY) == "ann", "bob's backend, perhaps, and never his identity"
            ann.commit()
    stranger = pooler.client()
    assert stranger("SELECT current_setting('app.user_id', true)") in (None, "")
    database.dispose()


def test_a_unit_of_work(database: Database) -> None:
    engine = database.engine(Job.SERVERLESS)
    with session_scope(engine) as session:
        session.connection().execute(text("CREATE TABLE notes (i int)"))
        session.connection().execute(text("INSERT INTO notes VALUES (1)"))
    with pytest.raises(DBAPIError), session_scope(engine) as session:
        session.connection().execute(text("INSERT INTO notes VALUES (2), (1 / 0)"))
    with session_scope(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM notes")) == 1


def test_each_job_by_its_address(pooler: Pooler, database: Database) -> None:
    for job in Job:
        expected = pooler.url if job in THROUGH else pooler.direct
        assert (database.url(job).host, database.url(job).port) == (expected.host, expected.port)
        with database.connect(job) as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
    database.dispose()


def test_the_lock_of_a_run_is_one(pooler: Pooler, database: Database) -> None:
    with migration_lock(database, "alembic_version") as held:
        held.assert_held()
        others = pooler.client()
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        assert others(locks) == 0


def test_a_pooler_that_its_name_does_not_tell(pooler: Pooler, database_url: DatabaseUrl) -> None:
    heard: list[Event] = []
    if pooler.kind == "front":
        with migration_lock(Database.at(database_url), "alembic_version", emit=heard.append):
            pass
        assert heard == []
        return
    elsewhere = pooler.url.reveal().replace(str(pooler.url.host), "db.local.neon.test")
    hidden = Database.at(DatabaseUrl.parse(elsewhere))
    with migration_lock(hidden, "alembic_version", emit=heard.append):
        pass
    (notice,) = [event for event in heard if isinstance(event, Notice)]
    assert "pooler" in notice.sentence


ASKED = {
    ("status",): 0,
    ("doctor",): 0,
    ("current",): 0,
    ("plan",): 0,
    ("upgrade", "--yes"): 0,
    ("locks",): 0,
    ("schema", "summary"): 0,
    ("schema", "rows", "aa11"): 0,
    ("drift",): 0,
    ("isolation", "audit"): 5,
    ("export", "aa11"): 0,
    ("downgrade", "-1", "--yes"): 0,
}
"""Commands that reach the database, and how they end."""


def test_commands_go_round_the_pooler_and_say_so(
    pooler: Pooler, neonkit: Neonkit, two_revisions: Path
) -> None:
    env = {"DATABASE_URL": pooler.url.reveal_plain()}
    if pooler.kind == "pgbouncer":
        env["DATABASE_URL_UNPOOLED"] = pooler.direct.reveal_plain()
    some = {("status",), ("upgrade", "--yes"), ("drift",)}
    for line, code in ASKED.items():
        if pooler.kind == "pgbouncer" and line not in some:
            continue  # the product sees two addresses in either case
        ran = neonkit(*line, env=env)
        assert ran.code == code, f"{line}\n{ran.out}\n{ran.err}"
        derived = f"Schema work uses the direct host {pooler.direct.host}"
        assert (derived in ran.err) == (pooler.kind == "front"), f"{line}\n{ran.err}"


@pytest.mark.parametrize("pooler", ["front"], indirect=True)
def test_commands_refuse_where_no_direct_host_is_known(
    pooler: Pooler, neonkit: Neonkit, two_revisions: Path
) -> None:
    away = pooler.url.reveal_plain().replace(str(pooler.url.host), AWAY)
    assert "[E602]" in neonkit("doctor", env={"DATABASE_URL": away}).out
    for line in ASKED.keys() - {("doctor",)}:
        ran = neonkit(*line, env={"DATABASE_URL": away})
        assert ran.code == 6, f"{line}\n{ran.out}\n{ran.err}"
        assert f"error[E602]: {AWAY} is a pooled host" in ran.err
        assert "DATABASE_URL_UNPOOLED" in ran.err
