"""A user's identity is in every transaction of the session, and in nobody else's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from toolkit.database import (
    Database,
    DatabaseUrl,
    Job,
    RetryPolicy,
    assert_neutral,
    bind_identity,
    guard_checkouts,
    run_transaction,
    session_scope,
    user_session,
)
from toolkit.database.errors import AutocommitIdentityError, LeftoverIdentityError, NoUserIdentityError
from toolkit.database.identity import UserId

WHO = text("SELECT current_setting('app.user_id', true)")
ROLE = text("SELECT current_user")


@pytest.fixture
def one(database_url: DatabaseUrl) -> Iterator[Engine]:
    """An engine whose pool holds a single connection: what leaks is met by the next user."""
    engine = create_engine(database_url.sqlalchemy, poolclass=QueuePool, pool_size=1, max_overflow=0)
    yield engine
    engine.dispose()


@pytest.fixture
def application_role(connection: Connection) -> Iterator[str]:
    role = f"app_{uuid.uuid4().hex[:12]}"
    connection.execute(text(f"CREATE ROLE {role}"))
    connection.commit()
    yield role
    connection.execute(text(f"DROP ROLE {role}"))
    connection.commit()


def who(session: Session) -> object:
    return session.connection().execute(WHO).scalar_one()


@pytest.mark.parametrize("user", ["alice", "it's \\ me", 7, uuid.UUID(int=1)])
def test_the_identity_is_there_from_the_first_statement(one: Engine, user: UserId) -> None:
    with user_session(one, user) as session:
        assert who(session) == str(user)


def test_nothing_leaks_to_the_next_user_of_the_pool(one: Engine) -> None:
    with user_session(one, "alice") as session:
        pid = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
    with session_scope(one) as session:
        assert session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one() == pid
        assert who(session) in (None, "")
    with user_session(one, "bob") as session:
        assert who(session) == "bob"


def test_it_survives_a_commit_and_a_rollback_in_the_middle(one: Engine) -> None:
    with user_session(one, "alice") as session:
        assert who(session) == "alice"
        session.commit()
        assert who(session) == "alice"
        session.rollback()
        assert who(session) == "alice"


def test_savepoints_keep_it_released_or_rolled_back(one: Engine) -> None:
    with user_session(one, "alice") as session:
        with session.begin_nested():
            assert who(session) == "alice"
        assert who(session) == "alice"
        nested = session.begin_nested()
        session.connection().execute(text("SELECT set_config('app.user_id', 'mallory', true)"))
        nested.rollback()
        assert who(session) == "alice"


def test_after_an_error_nothing_is_committed_and_nothing_stays(one: Engine) -> None:
    def fail() -> None:
        with user_session(one, "alice") as session:
            session.connection().execute(text("CREATE TABLE half_done ()"))
            raise LookupError("in the middle")

    with pytest.raises(LookupError):
        fail()
    with session_scope(one) as session:
        assert who(session) in (None, "")
        assert session.connection().execute(text("SELECT to_regclass('half_done')")).scalar_one() is None


def test_the_role_holds_for_the_transaction(one: Engine, application_role: str) -> None:
    with user_session(one, "alice", role=application_role) as session:
        assert session.connection().execute(ROLE).scalar_one() == application_role
        session.commit()
        assert session.connection().execute(ROLE).scalar_one() == application_role
    with session_scope(one) as session:
        assert session.connection().execute(ROLE).scalar_one() != application_role


def test_another_setting(one: Engine) -> None:
    with user_session(one, "alice", setting="request.subject") as session:
        found = session.connection().execute(text("SELECT current_setting('request.subject')")).scalar_one()
        assert found == "alice"


@pytest.mark.parametrize("nobody", [None, "", "  ", True, 1.5, b"alice"])
def test_no_session_without_a_user(one: Engine, nobody: UserId) -> None:
    with pytest.raises(NoUserIdentityError), user_session(one, nobody):
        raise AssertionError


def test_autocommit_is_refused(one: Engine) -> None:
    autocommit = one.execution_options(isolation_level="AUTOCOMMIT")

    def ask() -> None:
        with user_session(autocommit, "alice") as session:
            who(session)

    with pytest.raises(AutocommitIdentityError):
        ask()


def test_a_session_that_began_without_identity_cannot_get_one(one: Engine) -> None:
    with session_scope(one) as session:
        who(session)
        with pytest.raises(ValueError, match="without an identity"):
            bind_identity(session, "alice")


def test_a_second_try_has_the_identity_too(one: Engine) -> None:
    seen: list[object] = []

    def work(session: Session) -> None:
        seen.append(who(session))
        if len(seen) < 3:
            session.connection().execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))

    run_transaction(lambda: user_session(one, "alice"), work, policy=RetryPolicy(conflicts=3))
    assert seen == ["alice"] * 3


@pytest.mark.parametrize(
    ("leave", "what"),
    [
        ("SELECT set_config('app.user_id', 'alice', false)", "app.user_id"),
        ("SET ROLE pg_read_all_data", "role"),
        ("SET SESSION AUTHORIZATION pg_read_all_data", "session authorization"),
    ],
)
def test_leftovers_are_caught_at_checkout(one: Engine, leave: str, what: str) -> None:
    guard_checkouts(one)
    with one.begin() as connection:
        connection.execute(text(leave))
    with pytest.raises(LeftoverIdentityError) as caught:
        one.connect()
    assert caught.value.what == what
    with one.connect() as connection:
        assert_neutral(connection)
        assert not connection.in_transaction()


def test_assert_neutral_closes_what_is_not(one: Engine) -> None:
    with one.begin() as connection:
        connection.execute(text("SET app.user_id = 'alice'"))
    with one.connect() as connection, pytest.raises(LeftoverIdentityError):
        assert_neutral(connection)
    with one.connect() as connection:
        assert_neutral(connection)


def test_the_guard_lets_user_sessions_pass(database_url: DatabaseUrl) -> None:
    database = Database.at(database_url)
    engine = database.engine(Job.APPLICATION)
    guard_checkouts(engine)
    for user in ("alice", "bob", "alice"):
        with user_session(engine, user) as session:
            assert who(session) == user
    database.dispose()


def test_session_scope_commits(one: Engine) -> None:
    with session_scope(one) as session:
        session.connection().execute(text("CREATE TABLE done ()"))
    with session_scope(one) as session:
        assert session.connection().execute(text("SELECT to_regclass('done')")).scalar_one() == "done"
    assert "0" in one.pool.status().split("Checked out connections: ")[1]


def test_a_session_acts_for_one_user_only(one: Engine) -> None:
    with Session(one) as session:
        bind_identity(session, 7)
        bind_identity(session, "7")
        with pytest.raises(ValueError, match="another user"):
            bind_identity(session, 8)
        assert who(session) == "7"
