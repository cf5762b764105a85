"""Orders that are total: every listing has one place for each row.

Invariant: an `Ordering` ends with the primary key, so two rows never tie and pages neither repeat nor skip
rows. Where NULLs stand is PostgreSQL's default (last ascending, first descending) unless the sort says
otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, UnaryExpression, inspect
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from toolkit.models.errors import SortRefusedError


@dataclass(frozen=True, slots=True)
class Sort:
    """One mapped column of a model and the direction to sort it in."""

    key: str
    descending: bool = False
    nulls: Literal["first", "last"] | None = None

    @property
    def nulls_first(self) -> bool:
        """Whether NULLs come before everything else."""
        return self.descending if self.nulls is None else self.nulls == "first"

    def reversed(self) -> Sort:
        """The same sort, read from the end."""
        return Sort(self.key, not self.descending, "last" if self.nulls_first else "first")

    def __str__(self) -> str:
        place = "first" if self.nulls_first else "last"
        return f"{self.key} {'desc' if self.descending else 'asc'} nulls {place}"


OrderBy = str | Sequence[Sort]
"""`"-created_at,title"` (a minus means descending), or sorts."""


def parse_order(order: OrderBy) -> tuple[Sort, ...]:
    """The sorts of an order written by the application. Names are checked when the order meets a model."""
    if not isinstance(order, str):
        return tuple(order)
    keys = [key.strip() for key in order.split(",") if key.strip()]
    return tuple(Sort(key.removeprefix("-"), key.startswith("-")) for key in keys)


def client_order(text: str, allowed: Iterable[str]) -> tuple[Sort, ...]:
    """The sorts of an order that came from outside, limited to `allowed`.

    An order by any column would tell what the column holds. Raises SortRefusedError.
    """
    names = tuple(allowed)
    sorts = parse_order(text)
    for sort in sorts:
        if sort.key not in names:
            raise SortRefusedError(key=sort.key, allowed=names)
    return sorts


@dataclass(frozen=True, slots=True)
class OrderedColumn:
    """One step of an ordering: the sort and the mapped column it sorts by."""

    sort: Sort
    column: InstrumentedAttribute[Any]
    nullable: bool

    def clause(self) -> UnaryExpression[Any] | ColumnElement[Any]:
        """The ORDER BY term. NULLS is written only where it differs from the default, as indexes have it."""
        term = self.column.desc() if self.sort.descending else self.column.asc()
        if not self.nullable or self.sort.nulls_first == self.sort.descending:
            return term
        return term.nulls_first() if self.sort.nulls_first else term.nulls_last()

    def reversed(self) -> OrderedColumn:
        """The same step, read from the end."""
        return OrderedColumn(self.sort.reversed(), self.column, self.nullable)


@dataclass(frozen=True, slots=True)
class Ordering:
    """A total order of the rows of one model."""

    columns: tuple[OrderedColumn, ...]

    @classmethod
    def of(cls, model: type[Any], order: OrderBy = ()) -> Ordering:
        """The order, completed by the primary key. Raises SortRefusedError for what is no mapped column."""
        mapper: Mapper[Any] = inspect(model)
        sorts = list(parse_order(order))
        # The tiebreak runs the way of the last sort, so that one index and one row comparison can serve both.
        last = sorts[-1].descending if sorts else False
        named = {sort.key for sort in sorts}
        keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
        sorts.extend(Sort(key, last) for key in keys if key not in named)
        return cls(tuple(_ordered_column(mapper, sort) for sort in sorts))

    def clauses(self) -> tuple[Any, ...]:
        """The terms for ORDER BY."""
        return tuple(column.clause() for column in self.columns)

    def reversed(self) -> Ordering:
        """The same rows from the end."""
        return Ordering(tuple(column.reversed() for column in self.columns))

    def key_of(self, record: object) -> tuple[Any, ...]:
        """The values that give the record its place."""
        return tuple(getattr(record, column.column.key) for column in self.columns)


def _ordered_column(mapper: Mapper[Any], sort: Sort) -> OrderedColumn:
    names = [attribute.key for attribute in mapper.column_attrs]
    if sort.key not in names:
        raise SortRefusedError(key=sort.key, allowed=tuple(names))
    attribute: InstrumentedAttribute[Any] = getattr(mapper.class_, sort.key)
    column = mapper.column_attrs[sort.key].columns[0]
    return OrderedColumn(sort, attribute, bool(getattr(column, "nullable", True)))
