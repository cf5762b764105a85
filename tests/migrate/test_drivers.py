"""Where drivers are told to connect."""

from __future__ import annotations

import re
import ssl
from typing import Any

import certifi
import pytest
from fixtures.alembic_projects import MakeProject

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.migrate import current, downgrade, upgrade
from toolkit.migrate.drivers import Target, redirected_parameters
from toolkit.migrate.run_errors import EnvironmentFailedError

CHOSEN = DatabaseUrl.parse(
    "postgresql://me:secret@chosen.test:6000/target?sslmode=require&options=-cstatement_timeout%3D9"
)


@pytest.mark.parametrize(
    ("arguments", "parameters", "expected"),
    [
        ([], {"host": "h", "port": 6543, "dbname": "d", "user": "u"}, "h:6543/d"),
        ([], {"host": "h", "database": "d"}, "h:5432/d"),
        ([], {"user": "u"}, "localhost:5432/u"),
        (["host=h dbname=d port=7"], {}, "h:7/d"),
        ([], {"dsn": "postgresql://u:p@h:7/d"}, "h:7/d"),
        (
            [],
            {"host": "ep-blue-sky-123456-pooler.eu-central-1.aws.neon.tech", "dbname": "d"},
            "ep-blue-sky-123456.eu-central-1.aws.neon.tech:5432/d",
        ),
    ],
)
def test_where_it_would_have_gone(arguments: list[str], parameters: dict[str, Any], expected: str) -> None:
    assert str(Target.of_parameters(arguments, parameters)) == expected


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg", "psycopg_async"])
def test_libpq_drivers(driver: str) -> None:
    given = {
        "host": "prod",
        "user": "app",
        "password": "theirs",
        "dbname": "app",
        "sslmode": "disable",
        "sslrootcert": "x",
        "service": "prod",
        "options": "-csearch_path=tenant",
        "connect_timeout": 3,
        "prepare_threshold": None,
    }
    told = redirected_parameters(driver, CHOSEN, given)
    assert told == {
        "host": "chosen.test",
        "port": "6000",
        "user": "me",
        "password": "secret",
        "dbname": "target",
        "sslmode": "require",
        "options": "-csearch_path=tenant -cstatement_timeout=9",
        "connect_timeout": 3,
        "prepare_threshold": None,
        "application_name": "neonkit",
    }


def test_asyncpg() -> None:
    given = {
        "host": "prod",
        "password": "theirs",
        "database": "app",
        "ssl": True,
        "server_settings": {"search_path": "tenant", "application_name": "app"},
        "command_timeout": 5,
        "keepalives": 1,
    }
    assert redirected_parameters("asyncpg", CHOSEN, given) == {
        "host": "chosen.test",
        "port": 6000,
        "user": "me",
        "password": "secret",
        "database": "target",
        "ssl": "require",
        "server_settings": {"search_path": "tenant", "statement_timeout": "9", "application_name": "neonkit"},
        "command_timeout": 5,
    }


def test_asyncpg_verifies_with_the_same_root() -> None:
    url = DatabaseUrl.parse("postgresql://me@h/d?sslmode=verify-full")
    url = url.with_arguments(sslrootcert=certifi.where())
    context = redirected_parameters("asyncpg", url, {})["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


@pytest.mark.parametrize(
    ("template", "driver"),
    [("generic", "psycopg2"), ("generic", "psycopg"), ("async", "asyncpg"), ("async", "psycopg")],
)
def test_each_driver_in_a_run_and_in_a_look_without_writing(
    template: str, driver: str, make_project: MakeProject, database_url: DatabaseUrl
) -> None:
    folder = make_project(template)
    folder.ini.write_text(re.sub(r"postgresql(\+asyncpg)?:", f"postgresql+{driver}:", folder.ini.read_text()))
    project = folder.open()
    assert upgrade(project, Database.at(database_url)).after == ("a3",)
    read_only = Database.at(database_url, read_only=True)
    assert [one.heads for one in current(folder.open(), read_only)] == [("a3",)]
    assert downgrade(project, Database.at(database_url), "base").after == ()


@pytest.mark.parametrize("template", ["generic", "async"])
def test_a_look_at_a_read_only_database_cannot_write(
    template: str, make_project: MakeProject, database_url: DatabaseUrl
) -> None:
    folder = make_project(template)
    text = folder.env_py.read_text()
    before, found, after = text.rpartition("context.configure(")
    assert found
    indent = before.rpartition("\n")[2]
    create = "connection.exec_driver_sql('CREATE TABLE sneaky (id int)')\n"
    folder.env_py.write_text(f"{before}{create}{indent}{found}{after}")
    with pytest.raises(EnvironmentFailedError) as caught:
        current(folder.open(), Database.at(database_url, read_only=True))
    assert caught.value.sqlstate == "25006"
    assert caught.value.path == str(folder.env_py)
