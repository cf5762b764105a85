"""What holds for the role that owns the tables: able to bypass policies, as on Neon, or not."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest
from fixtures.demo import APP_ROLE, SEEDS
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.migrate import AlembicProject, upgrade
from toolkit.secret import Secret
from toolkit.transfer import load

MakeOwner = Callable[[str], Database]


@pytest.fixture
def owner_with(database_url: DatabaseUrl, demo_head_template: str) -> Iterator[MakeOwner]:
    """Gives the fresh database to a login of its own with these attributes; no superuser.

    The template is asked for so that the application's role stays in use while the test runs.
    """
    admin, name, password = Database.at(database_url), f"owner_{secrets.token_hex(4)}", secrets.token_hex(8)

    def make(attributes: str) -> Database:
        with admin.connect(Job.ADMIN) as connection:
            connection.execute(text(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' {attributes}"))
            connection.execute(text(f'ALTER DATABASE "{database_url.database}" OWNER TO {name}'))
        return Database.at(database_url.with_credentials(name, Secret(password)))

    yield make
    with admin.connect(Job.ADMIN) as connection:
        connection.execute(text(f"REASSIGN OWNED BY {name} TO CURRENT_USER"))
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))
    admin.dispose()


def test_an_owner_that_bypasses_migrates_and_imports(
    owner_with: MakeOwner, demo_project: AlembicProject
) -> None:
    owner = owner_with("CREATEROLE BYPASSRLS")
    upgrade(demo_project, owner)
    assert load(mapping=SEEDS / "memory.toml", database=owner).outcome == "loaded"
    with owner.connect(Job.INSPECT) as connection:
        assert connection.scalar(text("SELECT count(*) FROM tasks")) == 4


def test_an_owner_that_does_not_is_held_by_force(owner_with: MakeOwner, demo_project: AlembicProject) -> None:
    owner = owner_with("CREATEROLE")
    upgrade(demo_project, owner)
    with pytest.raises(DBAPIError, match="row-level security"), owner.connect(Job.DATA) as connection:
        connection.execute(text("INSERT INTO users (email, name) VALUES ('a@example.org', 'A')"))
    with owner.connect(Job.INSPECT) as connection:
        assert connection.scalar(text("SELECT count(*) FROM tasks")) == 0


def test_a_login_of_the_application_is_a_plain_member(
    owner_with: MakeOwner, demo_project: AlembicProject, database_url: DatabaseUrl
) -> None:
    """The way an application connects in production: no SET ROLE, the policies hold the login itself."""
    upgrade(demo_project, Database.at(database_url))
    load(mapping=SEEDS / "memory.toml", database=Database.at(database_url))
    login = owner_with(f"IN ROLE {APP_ROLE}")
    with login.connect(Job.DATA) as connection:
        assert connection.scalar(text("SELECT count(*) FROM tasks")) == 0
        ada = "0b5d7e0a-6d9f-4a52-8f2f-2f6d1c1f7a01"
        connection.execute(text("SELECT set_config('app.user_id', :me, true)"), {"me": ada})
        assert connection.scalar(text("SELECT count(*) FROM tasks")) == 2
