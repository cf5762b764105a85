"""Pages of a listing: by number with a real count, or by keyset.

Both take one SELECT and use it twice: what is counted is what is shown, filter for filter. By number is for
short lists with page links; by keyset is stable while rows come and go, and as fast on the last page as on
the first. Invariant: the order is total (`sorting.Ordering`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, false, func, inspect, literal, or_, select, true, tuple_
from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from toolkit.models.cursor import Cursor
from toolkit.models.errors import InvalidCursorError, PageSizeError
from toolkit.models.sorting import OrderedColumn, Ordering

T = TypeVar("T")

LARGEST_PAGE = 1000
"""Rows. What needs more is a stream, not a page."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One numbered page. `number` counts from 1; `total` counts the rows of the whole listing.

    Rows and total are two statements; while others write, they can differ by what was written in between.
    """

    items: tuple[T, ...]
    total: int
    number: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; 0 for an empty listing."""
        return -(-self.total // self.size)


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[T]):
    """Some rows in order, with the cursors to go on either way; None where the listing ends."""

    items: tuple[T, ...]
    next: str | None
    previous: str | None


def count_rows(session: Session, statement: SelectOfScalar[Any]) -> int:
    """How many rows the SELECT of one model gives, counted by the server."""
    mapper = inspect(statement.column_descriptions[0]["entity"])
    keys = [getattr(mapper.class_, mapper.get_property_by_column(key).key) for key in mapper.primary_key]
    rows = statement.order_by(None).with_only_columns(*keys, maintain_column_froms=True).subquery()
    return session.scalars(select(func.count()).select_from(rows)).one()


def numbered_page(
    session: Session, statement: SelectOfScalar[T], ordering: Ordering, *, number: int, size: int
) -> Page[T]:
    """The page of that number; empty beyond the last. Raises PageSizeError."""
    _check(number, size)
    rows = statement.order_by(None).order_by(*ordering.clauses()).limit(size).offset((number - 1) * size)
    items = tuple(session.exec(rows).all())
    return Page(items=items, total=count_rows(session, statement), number=number, size=size)


def keyset_page(
    session: Session,
    statement: SelectOfScalar[T],
    ordering: Ordering,
    *,
    size: int,
    cursor: str | None = None,
) -> KeysetPage[T]:
    """The rows next to the cursor, or the first ones. Raises PageSizeError and InvalidCursorError."""
    _check(1, size)
    table = str(inspect(statement.column_descriptions[0]["entity"]).local_table)
    place = Cursor.decode(cursor, table, ordering) if cursor is not None else None
    backward = place is not None and place.direction == "before"
    walk = ordering.reversed() if backward else ordering
    if place is not None:
        statement = statement.where(_beyond(walk, place.key))
    # One row more than asked for tells whether the listing goes on.
    found = list(session.exec(statement.order_by(None).order_by(*walk.clauses()).limit(size + 1)).all())
    more, items = len(found) > size, found[:size]
    if backward:
        items.reverse()
    onward = items and (more or backward)
    back = items and place is not None and (more or not backward)
    return KeysetPage(
        items=tuple(items),
        next=Cursor("after", ordering.key_of(items[-1])).encode(table, ordering) if onward else None,
        previous=Cursor("before", ordering.key_of(items[0])).encode(table, ordering) if back else None,
    )


def _check(number: int, size: int) -> None:
    if number < 1 or not 1 <= size <= LARGEST_PAGE:
        raise PageSizeError(number=number, size=size, largest=LARGEST_PAGE)


def _beyond(ordering: Ordering, key: tuple[Any, ...]) -> ColumnElement[bool]:
    """The condition that a row comes after `key`: lexicographic, with directions and NULLs as ordered."""
    steps = list(zip(ordering.columns, key, strict=True))
    if any(value is None and not step.nullable for step, value in steps):
        raise InvalidCursorError(reason="it is damaged")
    if len({step.sort.descending for step in ordering.columns}) == 1 and not any(
        step.nullable for step in ordering.columns
    ):
        # One row comparison, which PostgreSQL answers with one index range.
        columns = tuple_(*(step.column for step in ordering.columns))
        values = tuple_(*(literal(value, step.column.type) for step, value in steps))
        return columns < values if ordering.columns[0].sort.descending else columns > values
    choices: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for step, value in steps:
        choices.append(and_(*same, _after(step, value)))
        same.append(step.column.is_(None) if value is None else step.column == value)
    return or_(*choices)


def _after(step: OrderedColumn, value: Any) -> ColumnElement[bool]:
    first = step.sort.nulls_first
    if value is None:
        return step.column.is_not(None) if first else false()
    later: ColumnElement[bool] = step.column < value if step.sort.descending else step.column > value
    if step.nullable and not first:
        return or_(later, step.column.is_(None))
    return and_(true(), later)
