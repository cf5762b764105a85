"""One database in which every rule has schemas of its own: its example, its near miss, its example once more.

The schemas have names that nobody should give, so that every fix is right only if it quotes. Built once per
process: the snapshot before is read, then each rule's fixes run as SQL in the first schema and as Alembic
operations in the last, and the snapshot after is read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from fixtures.advice import HIT, NEAR, REVISION, Bench, schema_of
from sqlalchemy import NullPool, create_engine

from toolkit.database import DatabaseUrl
from toolkit.database.embedded import RunningServer
from toolkit.database.scratch import ScratchDatabases
from toolkit.findings import Fix
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.advice import Rule, Statistics, read_statistics, rules
from toolkit.sql.quoting import quote_identifier

EXPECTED: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("expected.toml").read_text("utf-8"))

GROUND = """
revoke create on schema public from public;
create schema neon_auth;
create table neon_auth.accounts (id bigint primary key);
"""


@pytest.fixture(scope="session")
def roles(server: RunningServer) -> None:
    """The roles that the cases grant to."""
    with (
        closing(psycopg2.connect(**server.url.libpq_parameters())) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("create role app; create role app_above bypassrls")
        connection.commit()


@pytest.fixture(scope="module")
def cases_url(roles: None, scratch: ScratchDatabases) -> Iterator[DatabaseUrl]:
    """A database of all cases that belongs to one module of tests."""
    with scratch.create() as url:
        _build(url)
        yield url


@pytest.fixture(scope="session")
def bench(roles: None, scratch: ScratchDatabases) -> Iterator[Bench]:
    """The database of all cases, before and after."""
    with scratch.create() as url:
        failures = _build(url)
        before, statistics = _read(url)
        made = Bench(before, statistics, before, statistics, failures)
        _repair(url, made)
        made.after, made.statistics_after = _read(url)
        yield made


def _build(url: DatabaseUrl) -> dict[str, list[str]]:
    failures: dict[str, list[str]] = {}
    with closing(psycopg2.connect(**url.libpq_parameters())) as connection, connection.cursor() as cursor:
        cursor.execute(GROUND)
        connection.commit()
        for rule in rules():
            for place, sql in _cases(rule, connection.server_version // 10000):
                try:
                    name = quote_identifier(schema_of(rule.id, place))
                    cursor.execute(f"create schema {name}; grant usage on schema {name} to app, app_above")
                    cursor.execute(f"set local search_path = {name}, public; {sql}")
                    connection.commit()
                except psycopg2.Error as error:
                    connection.rollback()
                    failures.setdefault(rule.id, []).append(f"{place}: {error}")
    return failures


def _cases(rule: Rule, major: int) -> Iterator[tuple[str, str]]:
    expected = EXPECTED[rule.id]
    if major < rule.since:
        return
    yield HIT, rule.example
    if major >= expected.get("near_since", 0):
        yield NEAR, expected["near"]
    # A second server of the same name cannot be made.
    if not _is_global(expected) and rule.id != "foreign-table-exposed":
        yield REVISION, rule.example


def _is_global(expected: Mapping[str, Any]) -> bool:
    return any(subject.startswith("=") for subject in expected["found"])


def _read(url: DatabaseUrl) -> tuple[Snapshot, Statistics]:
    with create_engine(url.sqlalchemy, poolclass=NullPool).connect() as connection:
        return read_snapshot(connection), read_statistics(connection)


def _repair(url: DatabaseUrl, bench: Bench) -> None:
    """Run every fix that has SQL."""
    with closing(psycopg2.connect(**url.libpq_parameters())) as connection:
        connection.autocommit = True
        for rule in rules():
            place = None if _is_global(EXPECTED[rule.id]) else HIT
            for fix in _fixes(bench, rule.id, place):
                for statement in fix.sql:
                    _note(bench, rule.id, statement, lambda sql=statement: _run(connection, sql))
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    for rule in rules():
        for fix in _fixes(bench, rule.id, REVISION):
            with engine.connect() as plain:
                context = MigrationContext.configure(plain)
                with context.begin_transaction(), Operations.context(context) as op:
                    for code in fix.operations:
                        _note(bench, rule.id, code, lambda code=code, op=op: exec(code, {"op": op, "sa": sa}))


def _fixes(bench: Bench, rule: str, place: str | None) -> list[Fix]:
    return [one.fix for one in bench.found(rule, place) if one.fix is not None]


def _run(connection: Any, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _note(bench: Bench, rule: str, text: str, work: Any) -> None:
    try:
        work()
    except (psycopg2.Error, sa.exc.SQLAlchemyError, SyntaxError) as error:
        bench.failures.setdefault(rule, []).append(f"{text}: {error}")
