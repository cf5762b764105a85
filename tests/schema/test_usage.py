"""Sizes, use and bloat of tables."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, Engine

from toolkit.schema.objects import Qualified
from toolkit.schema.usage import TableUse, read_index_use, read_usage


def table(connection: Connection, name: str) -> TableUse:
    """The figures of one table."""
    tables = {found.relation: found for found in read_usage(connection).tables}
    return tables[Qualified("public", name)]


def test_tables_come_by_size_with_their_indexes(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create table small (id integer primary key); create table big (id integer primary key, t text);"
        "create index big_t on big (t);"
        "insert into big select i, repeat('x', 80) from generate_series(1, 5000) i;"
        "create table parted (id integer) partition by hash (id);"
        "create table part partition of parted for values with (modulus 1, remainder 0);"
        "create materialized view seen as select * from big where id < 100"
    )
    connection.exec_driver_sql("analyze")
    report = read_usage(connection)
    assert [found.relation.name for found in report.tables] == ["big", "seen", "small", "part"]
    big, _, small, part = report.tables
    assert big.rows == 5000
    assert [index.name for index in big.indexes] == ["big_pkey", "big_t"]
    assert big.index_bytes == sum(index.bytes for index in big.indexes)
    assert [index.unique for index in big.indexes] == [True, False]
    assert small.table_bytes == 0
    assert part.partition_of == Qualified("public", "parted")
    assert report.of == 4
    assert (report.database_bytes or 0) > big.total_bytes
    assert [found.relation.name for found in report.first(1).tables] == ["big"]


def test_scans_are_counted(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "create table t (id integer primary key); insert into t select generate_series(1, 1000)"
        )
        connection.exec_driver_sql("set enable_seqscan = off; select * from t where id = 7")
        connection.exec_driver_sql(
            "select pg_stat_force_next_flush()" if _at_least(connection, 15) else "select 1"
        )
        connection.commit()
    with engine.connect() as connection:
        found = table(connection, "t")
        if not _at_least(connection, 15):
            pytest.skip("before PostgreSQL 15 counters come when the statistics collector sends them")
    assert found.index_scans == 1
    assert found.indexes[0].scans == 1


def _at_least(connection: Connection, major: int) -> bool:
    return int((connection.dialect.server_version_info or (0,))[0]) >= major


@pytest.mark.parametrize(
    "columns", ["id bigint", "id integer, name text, at timestamptz", "a integer, b integer"]
)
@pytest.mark.parametrize(("kept", "share"), [(1, 0.0), (2, 0.5), (10, 0.9)])
def test_bloat_is_estimated_near_the_truth(engine: Engine, columns: str, kept: int, share: float) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"create table t ({columns}) with (autovacuum_enabled = off)")
        values = {"id": "i", "name": "'name ' || i", "at": "now()", "a": "i", "b": "i"}
        row = ", ".join(values[column.split()[0]] for column in columns.split(", "))
        connection.exec_driver_sql(f"insert into t select {row} from generate_series(1, 20000) i")
        connection.exec_driver_sql(f"delete from t where mod({columns.split()[0]}, {kept}) <> 0")
        assert table(connection, "t").bloat is None
        # The last pages keep a row, so that the file stays as long as it was.
        connection.exec_driver_sql("vacuum analyze t")
        bloat = table(connection, "t").bloat
    assert bloat is not None
    assert bloat.share == pytest.approx(share, abs=0.08)
    assert "ANALYZE" in bloat.basis


def test_no_bloat_is_told_where_statistics_may_not_be_seen(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create table t (id integer); insert into t values (1); analyze t; create role nobody_here"
    )
    assert table(connection, "t").bloat is not None
    connection.exec_driver_sql("set local role nobody_here")
    assert table(connection, "t").bloat is None


def test_an_empty_database(connection: Connection) -> None:
    assert read_usage(connection).tables == ()


def test_the_indexes_of_one_relation(connection: Connection) -> None:
    connection.exec_driver_sql(
        "create table t (id integer primary key, a text); create index on t (a);"
        "create table u (id integer primary key)"
    )
    found = read_index_use(connection, Qualified("public", "t"))
    assert found == table(connection, "t").indexes
    assert read_index_use(connection, Qualified("public", "gone")) == ()
