"""The source of rows: a relation as far as reading its rows needs it, in two small queries.

Invariant: the columns of `place` together tell any two rows apart, so that a page can begin behind any row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from toolkit.schema.objects import Qualified
from toolkit.schema.rows.errors import RowRequestError, RowsNotReadError
from toolkit.sql.quoting import quote_identifier


class Operators(NamedTuple):
    """How values of a type are compared, as SQL."""

    less: str = "operator(pg_catalog.<)"
    less_or_equal: str = "operator(pg_catalog.<=)"
    equal: str = "operator(pg_catalog.=)"
    greater_or_equal: str = "operator(pg_catalog.>=)"
    greater: str = "operator(pg_catalog.>)"


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column whose values can be read."""

    name: str
    type: str
    not_null: bool
    plain_type: str = field(repr=False)
    """The type to cast a text to before it is compared: without a domain's checks, a length or a scale."""
    comparable: bool = field(default=True, repr=False)
    """Whether its values have an order."""
    operators: Operators = field(default=Operators(), repr=False)

    @property
    def sql(self) -> str:
        """The column of the one table in the statement, aliased `t`."""
        return f"t.{quote_identifier(self.name)}"


@dataclass(frozen=True, slots=True)
class RowSource:
    """A relation whose rows can be read."""

    relation: Qualified
    columns: tuple[RowColumn, ...]
    place: tuple[RowColumn, ...]
    """What orders rows and tells them apart; empty where nothing does: there is only a first page."""
    hidden: tuple[str, ...] = ()
    """Columns that the role may not read."""
    note: str | None = None
    """What a reader should know of the place."""

    def column(self, name: str) -> RowColumn:
        """The column of this name, in any case where that is unambiguous. Raises `RowRequestError`."""
        exact = [column for column in self.columns if column.name == name]
        found = exact or [column for column in self.columns if column.name.lower() == name.lower()]
        if len(found) == 1:
            return found[0]
        names = ", ".join(column.name for column in self.columns)
        raise RowRequestError(
            str(self.relation), f"it has no readable column {name!r}", f"Its columns are {names}."
        )


_TABLE_OID: Final = RowColumn("tableoid", "oid", True, "oid")
_ROW_ADDRESS: Final = RowColumn("ctid", "tid", True, "tid")
_MOVES: Final = "no key: rows are in the order of storage, where an update moves them"
_NO_PLACE: Final = "no key: there is only a first page"


def row_source(connection: Connection, relation: Qualified) -> RowSource:
    """What is needed to read rows of a table, view, materialized view or foreign table.

    Raises `RowsNotReadError` where there is no such relation, or none of its columns may be read.
    """
    named = {"schema": relation.schema, "name": relation.name}
    found = connection.exec_driver_sql(packaged("source"), named).all()
    if not found:
        raise RowsNotReadError(str(relation), "there is no such relation, or it has no columns")
    readable = {row[2]: _column(row) for row in found if row[7]}
    if not readable:
        raise RowsNotReadError(str(relation), "the role may read none of its columns")
    keys = [row[0] for row in connection.exec_driver_sql(packaged("keys"), named)]
    place, note = _place(str(found[0][0]), bool(found[0][1]), keys, readable)
    hidden = tuple(row[3] for row in found if not row[7])
    return RowSource(relation, tuple(readable.values()), place, hidden, note)


def _column(row: Any) -> RowColumn:
    _kind, _children, _number, name, type_, plain, not_null, _readable, comparable, found = row
    operators = Operators(*found) if found and len(found) == len(Operators._fields) else Operators()
    return RowColumn(name, type_, not_null, plain, comparable, operators)


def _place(
    kind: str, has_children: bool, keys: Iterable[list[int]], readable: dict[int, RowColumn]
) -> tuple[tuple[RowColumn, ...], str | None]:
    address = (_TABLE_OID, _ROW_ADDRESS) if has_children else (_ROW_ADDRESS,)
    for key in keys:
        if all(number in readable for number in key):
            # A key of a table with classic children says nothing about the children's rows.
            more = address if has_children and kind == "r" else ()
            return (*(readable[number] for number in key), *more), None
    if kind in "rpm":
        return address, _MOVES
    return (), _NO_PLACE


@cache
def packaged(name: str) -> str:
    """The text of `queries/<name>.sql`."""
    return files("toolkit.schema.rows").joinpath("queries", f"{name}.sql").read_text("utf-8")
