"""A planted password shows in no output of this room: errors, tracebacks with locals, logs, pickles."""

from __future__ import annotations

import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator

import pytest
from fixtures.neon_front import NeonFront
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback
from sqlalchemy import Connection, text

from toolkit.database import (
    Database,
    DatabaseUrl,
    Job,
    RetryPolicy,
    Urls,
    migration_lock,
    session_scope,
    user_session,
)
from toolkit.errors import NeonkitError
from toolkit.events import Event
from toolkit.secret import Secret

PLANTED = "pl4nted-s3cret"


def shown(error: BaseException) -> str:
    """Everything a report, a log or a curious person could print of a failure."""
    short = traceback.TracebackException.from_exception(error, capture_locals=True, compact=True)
    written = io.StringIO()
    console = Console(file=written, width=200)
    console.print(Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True))
    texts = ["".join(short.format()), written.getvalue(), repr(error), str(error), pretty_repr(error)]
    if isinstance(error, NeonkitError):
        texts += [json.dumps(error.facts(), default=str), str(error.hint)]
    return "\n".join(texts)


def failing(work: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011, RUF100 - any failure will do, its text is what counts
        work()
    return caught.value


def planted(url: DatabaseUrl) -> DatabaseUrl:
    return url.with_credentials(str(url.username), Secret(PLANTED))


@pytest.fixture
def planted_role(connection: Connection, database_url: DatabaseUrl) -> Iterator[DatabaseUrl]:
    """The database as a superuser whose password is the planted one."""
    name = f"planted_{database_url.database}"[:60]
    connection.execute(text(f"CREATE ROLE {name} SUPERUSER LOGIN PASSWORD '{PLANTED}'"))
    connection.commit()
    yield database_url.with_credentials(name, Secret(PLANTED))
    connection.execute(text(f"DROP ROLE {name}"))
    connection.commit()


BAD_TEXTS = [
    f"postgresql://u:{PLANTED}@h:port/d",
    f"postgresql://u:a@{PLANTED}@h/d",
    f"postgresql://u:p@h/d?{PLANTED}=1",
    f"postgresql://u:p@h/d?sslmode={PLANTED}",
    f"mysql://u:{PLANTED}@h/d",
    f"u:{PLANTED}@h/d",
    f"psql 'postgresql://u:{PLANTED}@h/d'",
]


@pytest.mark.parametrize("number", range(len(BAD_TEXTS)))
def test_a_url_that_cannot_be_read(number: int) -> None:
    assert PLANTED not in shown(failing(lambda: DatabaseUrl.parse(Secret(BAD_TEXTS[number]))))


CHANGES: dict[str, Callable[[DatabaseUrl], DatabaseUrl]] = {
    "wrong password": lambda url: url,
    "no such database": lambda url: url.with_database("no_such"),
    "no such host": lambda url: DatabaseUrl.parse("postgresql://u:p@no-such.invalid/d"),
    "refused": lambda url: DatabaseUrl.parse("postgresql://u:p@127.0.0.1:1/d"),
    "no tls": lambda url: url.with_arguments(sslmode="require"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_failed_connect(database_url: DatabaseUrl, change: str) -> None:
    database = Database.at(planted(CHANGES[change](database_url)))
    heard: list[Event] = []

    def through_the_handle() -> None:
        with database.connect(Job.MIGRATE, emit=heard.append):
            raise AssertionError

    assert PLANTED not in shown(failing(through_the_handle))
    assert PLANTED not in shown(failing(database.engine(Job.MIGRATE).connect))
    assert PLANTED not in shown(failing(lambda: database.describe()))
    assert PLANTED not in repr(heard)


def test_failures_while_working(planted_role: DatabaseUrl) -> None:
    database = Database.at(planted_role)

    def ordinary() -> None:
        with database.connect(Job.MIGRATE) as connection:
            connection.execute(text("SELECT * FROM no_such"))

    def lost() -> None:
        with database.connect(Job.MIGRATE) as connection:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid(), 1000)"))

    def conflict() -> None:
        database.run(Job.DATA, lambda c: c.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")))

    def locked() -> None:
        with migration_lock(database, "v"), migration_lock(database, "v", patience=0):
            raise AssertionError

    def in_a_session() -> None:
        with user_session(database.engine(Job.APPLICATION), "alice") as session:
            session.connection().execute(text("SELECT 1/0"))

    for work in (ordinary, lost, conflict, locked, in_a_session):
        assert PLANTED not in shown(failing(work))
    database.dispose()


def test_a_failed_connect_through_tls(neon_front: NeonFront) -> None:
    url = planted(neon_front.url())

    def work() -> None:
        with Database(Urls.resolve(url), retries=RetryPolicy(budget=0)).connect(Job.MIGRATE):
            raise AssertionError

    assert PLANTED not in shown(failing(work))


def test_values_that_hold_it(planted_role: DatabaseUrl) -> None:
    database = Database(Urls.resolve(planted_role))
    engine = database.engine(Job.MIGRATE)
    for value in (
        planted_role,
        Urls.resolve(planted_role),
        database,
        engine,
        engine.url,
        database.describe(),
    ):
        assert PLANTED not in f"{value!r} {value!s} {pretty_repr(value)}"
    assert PLANTED not in engine.url.render_as_string(hide_password=False)
    assert PLANTED not in f"{vars(database)} {pretty_repr(vars(database))}"


def test_nothing_that_holds_it_is_pickled(planted_role: DatabaseUrl) -> None:
    for value in (planted_role, Urls.resolve(planted_role)):
        with pytest.raises(TypeError):
            pickle.dumps(value)


def test_the_log_of_an_echoing_engine(planted_role: DatabaseUrl, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    database = Database(Urls.resolve(planted_role), echo=True)
    with database.connect(Job.MIGRATE) as connection:
        connection.execute(text("SELECT 'seen in the log'"))
    with session_scope(database.engine(Job.APPLICATION)) as session:
        session.connection().execute(text("SELECT 1"))
    database.dispose()
    assert "seen in the log" in caplog.text
    assert PLANTED not in caplog.text


def test_the_test_sees_a_secret_that_is_shown() -> None:
    def careless() -> None:
        password = PLANTED  # noqa: F841 - it is there to be seen
        raise ValueError

    assert PLANTED in shown(failing(careless))
