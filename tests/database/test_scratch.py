"""Scratch databases: made, cloned, dropped, recognised."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, text

from toolkit.database import DatabaseUrl
from toolkit.database.driver import open_connection
from toolkit.database.embedded import RunningServer
from toolkit.database.scratch import SCRATCH_PREFIX, ScratchDatabases, template_name


def run(url: DatabaseUrl, *statements: str) -> list[tuple[object, ...]]:
    """Run statements in one committed transaction; the rows of the last."""
    connection = open_connection(url)
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def names(scratch_url: DatabaseUrl) -> set[object]:
    return {row[0] for row in run(scratch_url, "SELECT datname FROM pg_database")}


def test_the_fixture_is_an_empty_database(connection: Connection, database_url: DatabaseUrl) -> None:
    assert connection.scalar(text("SELECT current_database()")) == database_url.database
    assert (
        connection.scalar(text("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        == 0
    )


def test_databases_are_dropped_at_the_end_of_the_block(
    scratch: ScratchDatabases, server: RunningServer
) -> None:
    with scratch.create() as url:
        assert url.database in names(server.url)
        held = open_connection(url)
    held.close()
    assert url.database not in names(server.url)


def test_databases_are_dropped_when_the_block_fails(scratch: ScratchDatabases, server: RunningServer) -> None:
    with pytest.raises(ZeroDivisionError), scratch.create() as url:
        raise ZeroDivisionError
    assert url.database not in names(server.url)


def test_a_template_is_built_once_and_cloned(scratch: ScratchDatabases) -> None:
    built: list[str | None] = []

    def build(url: DatabaseUrl) -> None:
        built.append(url.database)
        run(url, "CREATE TABLE filled AS SELECT 7 AS number")

    try:
        assert scratch.make_template("Test of Clones", build) is True
        assert scratch.make_template("Test of Clones", build) is False
        assert len(built) == 1
        with scratch.create("Test of Clones") as first, scratch.create("Test of Clones") as second:
            run(first, "UPDATE filled SET number = 8")
            assert run(second, "SELECT number FROM filled") == [(7,)]
    finally:
        scratch.drop(template_name("Test of Clones"))


def test_builders_in_two_threads_build_once(scratch: ScratchDatabases) -> None:
    built: list[str | None] = []

    def build(url: DatabaseUrl) -> None:
        built.append(url.database)
        run(url, "SELECT pg_sleep(0.2)")

    try:
        with ThreadPoolExecutor(2) as threads:
            results = list(threads.map(lambda _: scratch.make_template("raced", build), range(2)))
        assert sorted(results) == [False, True]
        assert len(built) == 1
    finally:
        scratch.drop(template_name("raced"))


def test_a_template_that_fails_leaves_nothing(scratch: ScratchDatabases, server: RunningServer) -> None:
    def build(url: DatabaseUrl) -> None:
        run(url, "CREATE TABLE half AS SELECT 1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        scratch.make_template("broken", build)
    assert template_name("broken") not in names(server.url)


def test_only_old_leftovers_nobody_is_in_are_dropped(
    server: RunningServer, scratch: ScratchDatabases
) -> None:
    idle, busy, strange = (f"{SCRATCH_PREFIX}{word}" for word in ("1000_idle", "1000_busy", "of_somebody"))
    admin = open_connection(server.url)
    admin.autocommit = True
    with admin.cursor() as cursor:
        for name in (idle, busy, strange):
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    held = open_connection(server.url.with_database(busy))
    try:
        with scratch.create() as fresh:
            assert scratch.drop_leftovers() == (idle,)
            assert fresh.database in names(server.url)
    finally:
        held.close()
        admin.close()
        scratch.drop(busy)
        scratch.drop(strange)


@pytest.mark.parametrize("name", ["postgres", "template1", "customer", ""])
def test_nothing_of_others_is_dropped(scratch: ScratchDatabases, server: RunningServer, name: str) -> None:
    before = names(server.url)
    with pytest.raises(ValueError, match="not a scratch database"):
        scratch.drop(name)
    assert names(server.url) == before


@pytest.mark.parametrize(
    "name", ["demo", "demo 1", "demo-1", "Ünïcode", "x" * 80, "a; DROP DATABASE postgres"]
)
def test_template_names_are_plain_short_and_apart(name: str) -> None:
    found = template_name(name)
    assert re.fullmatch(r"neonkit_template_[a-z0-9_]+", found)
    assert len(found) <= 63
    assert found != template_name(name + " ")
