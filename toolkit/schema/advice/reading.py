"""Reading statistics: a fixed number of statements for the whole database, whatever the number of tables."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

from sqlalchemy import Connection, Select, column, func, select, text
from sqlalchemy import table as relation_named

from toolkit.schema.advice.statistics import (
    ColumnStatistics,
    IndexStatistics,
    Statistics,
    TableStatistics,
)
from toolkit.schema.objects import Qualified, Sequence
from toolkit.schema.snapshot import Snapshot

_FIRST_WITH_LAST_SCAN: Final = 16


def read_statistics(connection: Connection) -> Statistics:
    """The counters and estimates of the connected database. Any role may read them; of columns only
    those it may read. Beginning a transaction, if none is open, is left to the connection, and so is
    ending it.
    """
    number, now, since, freeze = connection.exec_driver_sql(_query("server")).one()
    sources: dict[Qualified, set[Qualified]] = {}
    for schema, view, source_schema, source in connection.exec_driver_sql(_query("view_sources")):
        sources.setdefault(Qualified(schema, view), set()).add(Qualified(source_schema, source))
    return Statistics(
        now=now,
        since=since,
        freeze_max_age=freeze,
        tables={
            Qualified(*row[:2]): TableStatistics(None if row[2] < 0 else row[2], *row[3:])
            for row in connection.exec_driver_sql(_query("tables"))
        },
        indexes=_indexes(connection, number // 10000),
        columns={
            tuple(row[:3]): ColumnStatistics(*row[3:])
            for row in connection.exec_driver_sql(_query("columns"))
        },
        sequences={
            Qualified(schema, name): last
            for schema, name, last in connection.exec_driver_sql(_query("sequences"))
        },
        builds=frozenset(Qualified(*row) for row in connection.exec_driver_sql(_query("builds"))),
        view_sources={view: frozenset(found) for view, found in sources.items()},
        stale_collations=_stale_collations(connection, number // 10000),
        extension_versions={row[0]: row[1] for row in connection.exec_driver_sql(_query("extensions"))},
    )


def _indexes(connection: Connection, major: int) -> dict[Qualified, IndexStatistics]:
    query = _query("indexes")
    if major < _FIRST_WITH_LAST_SCAN:
        query = query.replace("s.last_idx_scan", "null::timestamptz")
    return {Qualified(*row[:2]): IndexStatistics(*row[2:]) for row in connection.exec_driver_sql(query)}


def _stale_collations(connection: Connection, major: int) -> dict[str, tuple[str, str]]:
    """The database's own collation has a version from PostgreSQL 15 on."""
    names = ["collations"] if major < 15 else ["collations", "database_collation"]
    return {
        name: (built, actual)
        for query in names
        for name, built, actual in connection.exec_driver_sql(_query(query))
    }


def read_largest(connection: Connection, snapshot: Snapshot) -> dict[tuple[str, str, str], int]:
    """The largest value of each column that owns a sequence. It reads the rows, by the index where there is
    one; columns that the role may not read, and empty ones, are missing.
    """
    found: dict[tuple[str, str, str], int] = {}
    may_read = text("select has_column_privilege(:relation, :name, 'SELECT')")
    for sequence in snapshot.own(Sequence):
        if sequence.owned_by is None:
            continue
        schema, table, name = sequence.owned_by
        relation = str(Qualified(schema, table))
        if not connection.execute(may_read, {"relation": relation, "name": name}).scalar_one():
            continue
        asked: Select[tuple[Any]] = select(func.max(column(name))).select_from(
            relation_named(table, schema=schema)
        )
        if (largest := connection.execute(asked).scalar_one()) is not None:
            found[schema, table, name] = int(largest)
    return found


@cache
def _query(name: str) -> str:
    return files("toolkit.schema.advice").joinpath("queries", f"{name}.sql").read_text("utf-8")
