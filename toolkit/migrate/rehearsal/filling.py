"""Synthetic rows for empty tables: types, null fractions and distinct counts as live, keys and checks kept.

No value of the live database is copied. Foreign keys take keys of the rows made before; checks are kept by
making more candidates than are wanted, with the literals that the checks name among their values, and taking
those that pass. A table for which no row could be made is said, never silently left empty.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.findings import Unknown
from toolkit.migrate.rehearsal.expressions import value_of
from toolkit.schema import Snapshot
from toolkit.schema.objects import Column, Constraint, Qualified, Table
from toolkit.sql.quoting import quote_identifier

MOST: Final = 100_000
"""Rows of one table; more would be rehearsing the disk."""
_OVERSAMPLED: Final = 12
_LITERAL: Final = re.compile(r"'((?:[^']|'')*)'(?:::[\w \"]+)?|(?<![\w.])(\d+(?:\.\d+)?)(?![\w.])")
_STATISTICS: Final = """
SELECT schemaname::text, tablename::text, attname::text, null_frac, n_distinct FROM pg_catalog.pg_stats
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a column is filled: the share of nulls, and how many different values."""

    nulls: float = 0.0
    distinct: float = -1.0
    """As `pg_stats` has it: negative is a share of the rows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many rows, and of what shape."""

    rows: int | None
    """For each table; None: as many as live."""
    live: Mapping[Qualified, int] = field(default_factory=dict)
    shapes: Mapping[tuple[Qualified, str], Shape] = field(default_factory=dict)

    def count(self, table: Qualified) -> int:
        """How many rows a table gets."""
        return min(MOST, self.live.get(table, 0) if self.rows is None else self.rows)


def read_shapes(connection: Connection) -> dict[tuple[Qualified, str], Shape]:
    """What ANALYZE saw of the columns that the role may read."""
    rows = connection.exec_driver_sql(_STATISTICS)
    return {(Qualified(r[0], r[1]), r[2]): Shape(float(r[3]), float(r[4])) for r in rows}


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made."""

    rows: int = 0
    tables: tuple[Qualified, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    """Tables for which no row could be made."""


def fill(connection: Connection, snapshot: Snapshot, wanted: Wanted) -> Filled:
    """Fill the empty tables. Commits each."""
    made, tables, unknowns = 0, list[Qualified](), list[Unknown]()
    for table in in_order(snapshot):
        count = wanted.count(table.qualified)
        if not count or _has_rows(connection, table.qualified):
            connection.rollback()
            continue
        try:
            sql = _Filler(snapshot, table, wanted, count).statement()
            found = 0 if sql is None else connection.exec_driver_sql(sql.replace("%", "%%")).rowcount
            connection.commit()
            reason = "no candidate passed its checks, or a column has a type that is not known"
        except DBAPIError as error:
            connection.rollback()
            found, reason = 0, str(error.orig).strip().splitlines()[0]
        made += max(0, found)
        if found:
            tables.append(table.qualified)
        else:
            unknowns.append(Unknown("rehearse-rows", str(table.qualified), f"no rows were made: {reason}"))
    return Filled(made, tuple(tables), tuple(unknowns))


def empty(connection: Connection, tables: Collection[Qualified]) -> None:
    """Take the rows out of tables that were filled, and of those that point to them. Commits."""
    connection.exec_driver_sql(f"TRUNCATE {', '.join(map(str, tables))} CASCADE".replace("%", "%%"))
    connection.commit()


def in_order(snapshot: Snapshot) -> Iterator[Table]:
    """The tables that take rows, those that others point to first; circles in any order."""
    tables = {t.qualified: t for t in snapshot.own(Table) if t.partition_of is None and t.of_type is None}
    done: set[Qualified] = set()
    left = dict(tables)
    while left:
        ready = [name for name in left if _needs(snapshot, name) & left.keys() <= {name}] or [
            next(iter(left))
        ]
        for name in ready:
            yield left.pop(name)
            done.add(name)


def _needs(snapshot: Snapshot, name: Qualified) -> set[Qualified]:
    return {fk.references for fk in snapshot.parts(name).foreign_keys if fk.references is not None}


def _has_rows(connection: Connection, name: Qualified) -> bool:
    query = f"SELECT EXISTS (SELECT FROM {name})"  # noqa: S608 - quoted
    return bool(connection.exec_driver_sql(query.replace("%", "%%")).scalar_one())


class _Filler:
    """The statement that fills one table."""

    def __init__(self, snapshot: Snapshot, table: Table, wanted: Wanted, count: int) -> None:
        self._snapshot = snapshot
        self._name = table.qualified
        self._wanted = wanted
        self._count = count
        parts = snapshot.parts(self._name)
        self._columns = parts.columns
        self._checks = [one for one in parts.constraints if one.type == "check" and one.expression]
        keys = [one for one in parts.foreign_keys if one.references is not None]
        self._keys = sorted(keys, key=lambda one: -len(one.columns))
        """The longest first: a shorter key to the same row is kept by the longer one."""
        singles = [one.columns for one in parts.constraints if one.type in ("primary key", "unique")]
        singles += [tuple(k.column or "" for k in one.keys) for one in parts.indexes if one.unique]
        self._unique = {columns[0] for columns in singles if len(columns) == 1}

    def statement(self) -> str | None:
        """INSERT of as many of the candidates as are wanted; None if a column cannot be given a value."""
        joins, given = self._parents()
        for column in self._columns:
            if column.name in given or self._leaves_to_default(column):
                continue
            expression = self._expression(column)
            if expression is None and column.not_null is not None:
                return None
            given[column.name] = expression or "NULL"
        names = ", ".join(quote_identifier(name) for name in given)
        values = ", ".join(f"{sql} AS {quote_identifier(name)}" for name, sql in given.items())
        required = [column.name for column in self._columns if column.not_null and column.name in given]
        conditions = [f"{quote_identifier(name)} IS NOT NULL" for name in required]
        conditions += [f"(({one.expression}) IS NOT FALSE)" for one in self._checks_of(given)]
        passed = " AND ".join(conditions) or "true"
        many = self._count * (_OVERSAMPLED if self._checks or len(self._keys) > 1 else 2)
        if not given:
            return f"INSERT INTO {self._name} SELECT FROM generate_series(1, {self._count})"
        return (
            f"INSERT INTO {self._name} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM ("  # noqa: S608 - quoted
            f"SELECT {values} FROM generate_series(1, {many}) AS s(n) {joins}) AS made"
            f" WHERE {passed} LIMIT {self._count} ON CONFLICT DO NOTHING"
        )

    def _checks_of(self, given: Mapping[str, str]) -> list[Constraint]:
        """The checks on columns that are given a value; the others see defaults, and say so if they fail."""
        return [one for one in self._checks if set(one.columns) <= given.keys()]

    def _leaves_to_default(self, column: Column) -> bool:
        return bool(column.generated or column.identity or "nextval(" in (column.default or ""))

    def _parents(self) -> tuple[str, dict[str, str]]:
        """Joins that give each candidate a row of each table that it points to, and the columns they fill."""
        joins, given = list[str](), dict[str, str]()
        for number, key in enumerate(self._keys):
            columns = dict(zip(key.columns, key.referenced_columns, strict=True))
            if set(columns) & given.keys():
                self._agree(joins, given, key, number)
                continue
            listed = ", ".join(quote_identifier(name) for name in columns.values())
            numbered = "row_number() OVER () - 1 AS place, count(*) OVER () AS of"
            source = f"(SELECT {numbered}, {listed} FROM {key.references})"  # noqa: S608 - quoted
            step = "s.n" if number == 0 else f"s.n / {number + 1} + s.n"
            joins.append(f"LEFT JOIN {source} AS p{number} ON p{number}.place = ({step}) % p{number}.of")
            given |= {here: f"p{number}.{quote_identifier(to)}" for here, to in columns.items()}
        return " ".join(joins), given

    def _agree(self, joins: list[str], given: dict[str, str], key: Constraint, number: int) -> None:
        """A key that shares columns with an earlier one: some row with the same values there."""
        columns = dict(zip(key.columns, key.referenced_columns, strict=True))
        shared = {here: to for here, to in columns.items() if here in given}
        rest = {here: to for here, to in columns.items() if here not in given}
        if not rest:
            return
        same = " AND ".join(f"r.{quote_identifier(to)} = {given[here]}" for here, to in shared.items())
        listed = ", ".join(f"r.{quote_identifier(to)}" for to in rest.values())
        first = (
            f"SELECT {listed} FROM {key.references} AS r WHERE {same} ORDER BY md5(r::text || s.n) LIMIT 1"  # noqa: S608 - quoted
        )
        joins.append(f"LEFT JOIN LATERAL ({first}) AS p{number} ON true")
        given |= {here: f"p{number}.{quote_identifier(to)}" for here, to in rest.items()}

    def _expression(self, column: Column) -> str | None:
        shape = self._wanted.shapes.get((self._name, column.name), Shape())
        distinct = shape.distinct if shape.distinct > 0 else max(1.0, -shape.distinct * self._count)
        unique = column.name in self._unique
        n = "s.n" if unique or shape.distinct in (-1.0, 0.0) else f"(s.n % {max(1, round(distinct))})"
        made = value_of(column.type, n, self._snapshot)
        literals = [] if unique else self._literals(column)
        if literals:
            # Several turns at different paces, so that columns that a check relates meet in every way.
            pace = column.position * 2 + 1
            cases = " ".join(f"WHEN {place} THEN {text}" for place, text in enumerate(literals))
            other = made or "NULL"
            made = f"CASE (s.n / {pace} + s.n) % {len(literals) + 1} {cases} ELSE {other} END"
        if made is not None and column.not_null is None:
            share = shape.nulls or (0.25 if self._checks_name(column) else 0.0)
            if share:
                hashed = f"abs(hashtext(s.n::text || '{column.position}')) % 1000"
                made = f"CASE WHEN {hashed} < {round(share * 1000)} THEN NULL ELSE {made} END"
        return made

    def _checks_name(self, column: Column) -> bool:
        return any(column.name in one.columns for one in self._checks)

    def _literals(self, column: Column) -> Sequence[str]:
        """The literals of the checks that name the column, as values of its type."""
        found = []
        for check in self._checks:
            if column.name not in check.columns:
                continue
            for text, number in _LITERAL.findall(check.expression or ""):
                literal = f"'{text}'" if text or not number else f"'{number}'"
                if _fits(column.type, text or number):
                    found.append(f"{literal}::{column.type}")
        return list(dict.fromkeys(found))


def _fits(type_: str, text: str) -> bool:
    """Whether a literal of a check may be a value of the type; only what cannot fail is taken."""
    if type_.startswith(("text", "character varying")):
        limit = re.search(r"\((\d+)\)", type_)
        return bool(text) and (limit is None or len(text) <= int(limit[1]))
    if type_ in ("integer", "bigint", "smallint"):
        return text.isdigit() and int(text) < 32000
    return False
