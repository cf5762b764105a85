"""The guard at the pool: no user's work as a role that policies do not bind."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import QueuePool

from toolkit.database import DatabaseUrl, assert_policies_bind, guard_isolation, user_session
from toolkit.database.errors import ExemptSessionError, LeftoverIdentityError
from toolkit.database.scratch import ScratchDatabases
from toolkit.secret import Secret


@dataclass(frozen=True)
class Stage:
    """A database with a table whose row security is not forced, and a role that may log in."""

    url: DatabaseUrl
    role: str

    def run(self, *statements: str) -> None:
        """As the superuser."""
        engine = create_engine(self.url.sqlalchemy, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement.replace("{role}", self.role))
        engine.dispose()

    def pool(self, *, as_superuser: bool = False) -> Engine:
        """One connection, so that what one user leaves is met by the next."""
        url = self.url if as_superuser else self.url.with_credentials(self.role, Secret("pass"))
        return create_engine(url.sqlalchemy, poolclass=QueuePool, pool_size=1, max_overflow=0)


@pytest.fixture(scope="module")
def stage(scratch: ScratchDatabases) -> Iterator[Stage]:
    with scratch.create() as url:
        made = Stage(url, f"guarded_{secrets.token_hex(4)}")
        made.run(
            "CREATE ROLE {role} LOGIN PASSWORD 'pass'",
            "CREATE TABLE notes (id int, user_id text)",
            "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
        )
        yield made
        made.run("DROP TABLE notes", "DROP ROLE {role}")


EXEMPT = {
    "superuser": ("ALTER ROLE {role} SUPERUSER", "ALTER ROLE {role} NOSUPERUSER", "is a superuser"),
    "bypass": ("ALTER ROLE {role} BYPASSRLS", "ALTER ROLE {role} NOBYPASSRLS", "has BYPASSRLS"),
    "owner": ("ALTER TABLE notes OWNER TO {role}", "ALTER TABLE notes OWNER TO neonkit", "owns notes"),
}


@pytest.mark.parametrize(("change", "back", "why"), EXEMPT.values(), ids=EXEMPT)
def test_an_exempt_role_gets_no_connection(stage: Stage, change: str, back: str, why: str) -> None:
    engine = stage.pool()
    guard_isolation(engine)
    stage.run(change)
    try:
        with pytest.raises(ExemptSessionError, match=why):
            engine.connect()
    finally:
        stage.run(back)
    with engine.connect() as connection:
        assert_policies_bind(connection)
        assert not connection.in_transaction()
    engine.dispose()


def test_forced_row_security_binds_the_owner(stage: Stage) -> None:
    stage.run("ALTER TABLE notes OWNER TO {role}", "ALTER TABLE notes FORCE ROW LEVEL SECURITY")
    engine = stage.pool()
    guard_isolation(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM notes")).scalar_one() == 0
    engine.dispose()
    stage.run("ALTER TABLE notes OWNER TO neonkit", "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY")


def test_the_role_that_the_work_takes_is_the_one_that_counts(stage: Stage) -> None:
    engine = stage.pool(as_superuser=True)
    guard_isolation(engine, role=stage.role)
    with user_session(engine, "ann", role=stage.role) as session:
        assert session.connection().scalar(text("SELECT current_user")) == stage.role
    with engine.connect() as connection, pytest.raises(ExemptSessionError, match="is a superuser"):
        assert_policies_bind(connection)
    engine.dispose()


def test_a_role_that_is_not_there_binds_nobody(stage: Stage) -> None:
    engine = stage.pool()
    guard_isolation(engine, role="ghost")
    with pytest.raises(ExemptSessionError, match="does not exist"):
        engine.connect()
    engine.dispose()


def test_what_an_earlier_user_left_is_refused_too(stage: Stage) -> None:
    engine = stage.pool()
    guard_isolation(engine)
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('app.user_id', 'ann', false)"))
    with pytest.raises(LeftoverIdentityError):
        engine.connect()
    for user in ("ann", "bob"):
        with user_session(engine, user) as session:
            assert session.connection().scalar(text("SELECT current_setting('app.user_id')")) == user
    engine.dispose()
