"""Reading while others create and drop: a whole answer every time, never an error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import NullPool, create_engine

from toolkit.database import DatabaseUrl
from toolkit.schema import read_snapshot
from toolkit.schema.objects import Table, View

READS = 12


@contextmanager
def churning(url: DatabaseUrl) -> Iterator[list[int]]:
    """Another session that makes and drops a table with a view, over and over; counts its rounds."""
    stop = threading.Event()
    rounds: list[int] = []

    def churn() -> None:
        engine = create_engine(url.sqlalchemy, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            while not stop.is_set():
                connection.exec_driver_sql(
                    "create table c (id serial primary key, t text default 'x' check (t <> ''));"
                    "create index on c (lower(t)); create policy p on c using (t = 'x')"
                )
                for _ in range(5):
                    connection.exec_driver_sql("create view v as select t from c")
                    connection.exec_driver_sql("drop view v")
                connection.exec_driver_sql("drop table c")
                stop.wait(0.02)
                rounds.append(1)

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        yield rounds
    finally:
        stop.set()
        thread.join()


def test_ddl_beside_the_reading(database_url: DatabaseUrl) -> None:
    engine = create_engine(database_url.sqlalchemy, poolclass=NullPool)
    with churning(database_url) as rounds, engine.connect() as connection:
        for _ in range(READS):
            snapshot = read_snapshot(connection)
            assert len(snapshot.own(Table)) <= 1
            for view in snapshot.own(View):
                assert view.definition
    assert rounds
