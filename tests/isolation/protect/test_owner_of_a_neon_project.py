"""The role of a new Neon project: no superuser, but it makes roles and databases, and no policy binds it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import closing

import pytest
from isolation.protect.brute import BruteForce
from isolation.protect.random_graphs import Application, application
from isolation.protect.test_random_graphs import back, forth, run, snapshot

from toolkit.database import Database, DatabaseUrl
from toolkit.database.driver import open_connection
from toolkit.database.scratch import ScratchDatabases
from toolkit.isolation import Verb, Verdict
from toolkit.isolation.protect import protect
from toolkit.secret import Secret


@pytest.fixture
def owned(scratch: ScratchDatabases) -> Iterator[tuple[DatabaseUrl, DatabaseUrl]]:
    """A database of such a role, as itself and as the superuser."""
    owner = f"project_owner_{secrets.token_hex(4)}"
    with scratch.create() as url:
        run(
            url,
            f"CREATE ROLE {owner} LOGIN CREATEROLE CREATEDB BYPASSRLS PASSWORD 'pass'",
            f"ALTER DATABASE {url.database} OWNER TO {owner}",
            f"GRANT ALL ON SCHEMA public TO {owner}",
        )
        yield url.with_credentials(owner, Secret("pass")), url
        run(url, f"DROP OWNED BY {owner}", f"ALTER DATABASE {url.database} OWNER TO neonkit")
        run(url, f"DROP ROLE {owner}")


def unprotected(app: Application) -> list[str]:
    """The application without any role: nobody made one yet."""
    return [each for each in app.statements("PUBLIC") if each.startswith(("CREATE TABLE", "INSERT"))]


def test_it_makes_the_role_and_all_holds(owned: tuple[DatabaseUrl, DatabaseUrl]) -> None:
    url, admin = owned
    app, role = application(3), f"project_app_{secrets.token_hex(4)}"
    run(url, *unprotected(app))
    before = snapshot(url)
    found = protect(Database.at(url), app.rules, app_role=role)
    assert found.after is not None
    # It cannot put foreign keys to sleep: what those stop before the policies do stays UNKNOWN.
    assert found.after.leaks == ()
    reading = {cell.verdict for cell in found.after.cells if cell.verb is Verb.READ}
    assert reading == {Verdict.HELD}, found.after.cells
    run(url, *forth(found.protection))
    with closing(open_connection(admin)) as connection, connection.cursor() as cursor:
        assert BruteForce(cursor, app, role).leaks() == []
    assert protect(Database.at(url), app.rules, app_role=role, prove=False).protection.steps == ()
    run(url, *back(found.protection))
    assert snapshot(url).hash == before.hash
