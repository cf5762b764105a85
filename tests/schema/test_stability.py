"""What a snapshot must not depend on: storage, statistics, settings, which database it is, who asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, NullPool, create_engine

from toolkit.database import DatabaseUrl
from toolkit.database.scratch import ScratchDatabases
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.diff import compare
from toolkit.schema.objects import CLASSES, Kind

pytestmark = pytest.mark.older


def read(url: DatabaseUrl, *before: str, autocommit: bool = False) -> Snapshot:
    """A snapshot by a session that ran some statements first."""
    engine = create_engine(url.sqlalchemy, poolclass=NullPool)
    if autocommit:
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for sql in before:
            connection.exec_driver_sql(sql)
        if not autocommit:
            connection.commit()
        return read_snapshot(connection)


def test_the_base_schema_holds_every_kind(base: Snapshot) -> None:
    missing = {kind for kind in CLASSES if not any(key.kind is kind for key in base.objects)}
    # A subscription needs a second server to be made.
    assert missing == {Kind.SUBSCRIPTION}


def test_another_database_built_by_the_same_statements_is_equal(
    base: Snapshot, database_url: DatabaseUrl, build_every_kind: Callable[[DatabaseUrl], None]
) -> None:
    with create_engine(database_url.sqlalchemy, poolclass=NullPool).begin() as connection:
        # Moves every oid and leaves gaps in the attribute numbers.
        connection.exec_driver_sql("create table gap (a integer, b integer); alter table gap drop column a")
        connection.exec_driver_sql("drop table gap")
    build_every_kind(database_url)
    other = read(database_url)
    assert compare(base, other).equal
    assert other.hash == base.hash


@pytest.mark.parametrize(
    "maintenance", ["vacuum full", "vacuum analyze", "reindex database {database}", "analyze", "checkpoint"]
)
def test_maintenance_changes_nothing(base: Snapshot, scratch: ScratchDatabases, maintenance: str) -> None:
    url = DatabaseUrl.parse(scratch_url(base, scratch))
    sql = maintenance.format(database=url.database)
    assert read(url, sql, autocommit=True).hash == base.hash


def scratch_url(base: Snapshot, scratch: ScratchDatabases) -> str:
    """The URL of the database that `base` was read from."""
    return scratch._admin_url.with_database(base.server.database).reveal()


@pytest.mark.parametrize(
    "setting",
    [
        "set search_path = app, public",
        "set search_path = ''",
        "set quote_all_identifiers = on",
        "set datestyle = 'SQL, DMY'",
        "set intervalstyle = 'iso_8601'",
        "set timezone = 'Asia/Tokyo'",
        "set extra_float_digits = -15",
        "set bytea_output = 'escape'",
        "set standard_conforming_strings = off",
    ],
)
def test_session_settings_change_nothing(base: Snapshot, every_kind_url: DatabaseUrl, setting: str) -> None:
    assert read(every_kind_url, setting).hash == base.hash


def test_settings_of_an_open_transaction_are_put_back(every_kind: Connection) -> None:
    every_kind.exec_driver_sql("set local search_path = app, public")
    read_snapshot(every_kind)
    assert every_kind.exec_driver_sql("show search_path").scalar_one() == "app, public"


def test_what_an_open_transaction_did_is_seen(base: Snapshot, every_kind: Connection) -> None:
    every_kind.exec_driver_sql("create table app.mine (id integer)")
    assert read_snapshot(every_kind).find("app.mine").kind is Kind.TABLE
    assert every_kind.exec_driver_sql("select count(*) from app.mine").scalar_one() == 0


def test_an_autocommit_connection_reads_in_one_transaction(
    base: Snapshot, every_kind_url: DatabaseUrl
) -> None:
    engine = create_engine(every_kind_url.sqlalchemy, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        assert read_snapshot(connection).hash == base.hash
        # The transaction is over and its settings are gone.
        assert connection.exec_driver_sql("show transaction_read_only").scalar_one() == "off"
        assert connection.exec_driver_sql("show search_path").scalar_one() != '""'


def test_an_ordinary_role_reads_the_same(base: Snapshot, every_kind_url: DatabaseUrl) -> None:
    by_nobody = read(every_kind_url, "set role kit_app")
    assert not by_nobody.server.superuser
    assert compare(base, by_nobody).equal
    assert by_nobody.hash == base.hash


def test_nothing_is_written(every_kind_url: DatabaseUrl) -> None:
    assert read(every_kind_url, "set default_transaction_read_only = on").objects
