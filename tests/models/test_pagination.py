"""Keyset pages against a sorted list, cursors there and back, and orders from outside."""

from __future__ import annotations

import base64
import enum
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Enum as EnumType
from sqlalchemy import create_engine, delete, event
from sqlmodel import Field, Session, SQLModel, col, select

from toolkit.database.scratch import ScratchDatabases
from toolkit.models import Cursor, Sort, client_order, new_registry
from toolkit.models.errors import InvalidCursorError, SortRefusedError
from toolkit.models.pagination import keyset_page
from toolkit.models.sorting import Ordering, parse_order


class Base(SQLModel, registry=new_registry()):
    pass


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Item(Base, table=True):
    __tablename__ = "items"
    id: int = Field(primary_key=True)
    rank: int | None = None
    at: datetime
    level: Level | None = Field(default=None, sa_type=EnumType(Level, name="level"))


@pytest.fixture(scope="module")
def session(scratch: ScratchDatabases) -> Iterator[Session]:
    """One database for all examples; each example fills it anew."""
    with scratch.create() as url:
        engine = create_engine(url.sqlalchemy)
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            yield session
        engine.dispose()


ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(0, 3),
        st.datetimes(datetime(2020, 1, 1), datetime(2020, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001
        st.none() | st.sampled_from(Level),
    ),
    max_size=14,
)
SORTS = st.lists(
    st.builds(
        Sort,
        st.sampled_from(["rank", "at", "level", "id"]),
        st.booleans(),
        st.sampled_from([None, "first", "last"]),
    ),
    max_size=3,
    unique_by=lambda sort: sort.key,
)


def sorted_by_hand(items: list[Item], sorts: tuple[Sort, ...]) -> list[int]:
    """The brute force: stable sorts from the last key to the first, NULLs put where they belong."""
    keys = [
        *sorts,
        *([] if any(s.key == "id" for s in sorts) else [Sort("id", bool(sorts) and sorts[-1].descending)]),
    ]
    for sort in reversed(keys):
        nulls = [item for item in items if getattr(item, sort.key) is None]
        values = [item for item in items if getattr(item, sort.key) is not None]

        def place(item: Item, key: str = sort.key) -> Any:
            value = getattr(item, key)
            return list(Level).index(value) if isinstance(value, Level) else value

        values.sort(key=place, reverse=sort.descending)
        items = nulls + values if sort.nulls_first else values + nulls
    return [item.id for item in items]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, sorts=SORTS, size=st.integers(1, 5), low=st.none() | st.integers(0, 3))
def test_walking_the_pages_is_the_sorted_list_both_ways(
    session: Session, rows: list[tuple[Any, ...]], sorts: list[Sort], size: int, low: int | None
) -> None:
    session.rollback()
    session.exec(delete(Item))
    items = [Item(id=n, rank=rank, at=at, level=level) for n, (rank, at, level) in enumerate(rows)]
    session.add_all(items)
    session.flush()
    statement = select(Item) if low is None else select(Item).where(col(Item.rank) >= low)
    kept = [item for item in items if low is None or (item.rank is not None and item.rank >= low)]
    expected = sorted_by_hand(kept, tuple(sorts))
    ordering = Ordering.of(Item, sorts)

    page = keyset_page(session, statement, ordering, size=size)
    forward = [page]
    while page.next is not None:
        page = keyset_page(session, statement, ordering, size=size, cursor=page.next)
        forward.append(page)
    assert [item.id for each in forward for item in each.items] == expected
    assert forward[0].previous is None

    backward = [page]
    while page.previous is not None:
        page = keyset_page(session, statement, ordering, size=size, cursor=page.previous)
        backward.insert(0, page)
    assert [item.id for each in backward for item in each.items] == expected
    assert all(len(each.items) == size for each in backward[:-1])


def test_pages_neither_repeat_nor_skip_while_rows_come(session: Session) -> None:
    session.rollback()
    session.exec(delete(Item))
    at = datetime(2020, 1, 1, tzinfo=UTC)
    session.add_all([Item(id=number, rank=0, at=at) for number in range(10, 16)])
    session.flush()
    ordering = Ordering.of(Item, "-at")
    first = keyset_page(session, select(Item), ordering, size=3)
    session.add_all([Item(id=number, rank=0, at=at) for number in (99, 98)])
    session.flush()
    second = keyset_page(session, select(Item), ordering, size=3, cursor=first.next)
    assert [item.id for item in [*first.items, *second.items]] == [15, 14, 13, 12, 11, 10]


def test_one_direction_without_nulls_is_one_row_comparison(session: Session) -> None:
    session.rollback()
    session.exec(delete(Item))
    session.add_all([Item(id=number, at=datetime(2020, 1, 1, tzinfo=UTC)) for number in range(3)])
    session.flush()
    ordering = Ordering.of(Item, "-at")
    cursor = keyset_page(session, select(Item), ordering, size=1).next
    seen: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda c, k, sql, *rest: seen.append(sql))
    keyset_page(session, select(Item), ordering, size=1, cursor=cursor)
    assert "(items.at, items.id) < (" in seen[0]


COLUMNS: dict[type, str] = {
    bool: "flag",
    int: "big",
    str: "words",
    float: "part",
    Decimal: "exact",
    datetime: "at",
    date: "day",
    time: "hour",
    timedelta: "span",
    uuid.UUID: "id",
}


class Everything(Base, table=True):
    __tablename__ = "everything"
    id: uuid.UUID = Field(primary_key=True)
    flag: bool
    big: int
    words: str
    part: float
    exact: Decimal
    at: datetime
    day: date
    hour: time
    span: timedelta


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.text(),
    st.floats(allow_nan=False),
    st.decimals(allow_nan=False),
    st.datetimes(timezones=st.none() | st.just(UTC)),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.uuids(),
)


@given(value=VALUES, direction=st.sampled_from(["after", "before"]))
def test_cursors_give_back_equal_values_of_the_same_type(value: Any, direction: Any) -> None:
    ordering = Ordering.of(Everything, (Sort(COLUMNS.get(type(value), "words")),))
    key = (value, uuid.uuid4())[: len(ordering.columns)]
    text = Cursor(direction, key).encode("everything", ordering)
    found = Cursor.decode(text, "everything", ordering)
    assert found == Cursor(direction, key)
    assert [type(part) for part in found.key] == [type(part) for part in key]
    assert text.isascii()
    assert not set(text) & set("+/=")


@pytest.mark.parametrize("value", [Level.HIGH, None])
def test_enum_cursors(value: Any) -> None:
    ordering = Ordering.of(Item, "level")
    text = Cursor("after", (value, 1)).encode("items", ordering)
    assert Cursor.decode(text, "items", ordering).key == (value, 1)


def test_a_value_without_an_order_is_no_cursor() -> None:
    with pytest.raises(TypeError, match="of type bytes"):
        Cursor("after", (b"x",)).encode("items", Ordering.of(Item))


def packed(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


MARK = json.loads(base64.urlsafe_b64decode(Cursor("after", (1,)).encode("items", Ordering.of(Item)) + "=="))[
    0
]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "!!!",
        "äöü",
        packed(7),
        packed([]),
        packed(["wrong", "a", [["i", "1"]]]),
        packed([MARK, "c", [["i", "1"]]]),
        packed([MARK, "a", []]),
        packed([MARK, "a", [["i", "one"]]]),
        packed([MARK, "a", [["?", "1"]]]),
        packed([MARK, "a", [["e", "LOW"]]]),
        packed([MARK, "a", [None]]),
        packed([MARK, "a", [["p", [10**20, 0, 0]]]]),
        packed([MARK, "a", [["s", "a text for a number"]]]),
        packed([MARK, "a", [["b", True]]]),
        Cursor("after", (1,)).encode("other", Ordering.of(Item)),
        Cursor("after", (1,)).encode("items", Ordering.of(Item, "-id")),
    ],
)
def test_damaged_and_foreign_cursors_are_refused(session: Session, text: str) -> None:
    with pytest.raises(InvalidCursorError):
        keyset_page(session, select(Item), Ordering.of(Item), size=1, cursor=text)


def test_orders_from_outside_keep_to_the_allowed_columns() -> None:
    assert client_order("-at, rank", {"at", "rank"}) == (Sort("at", descending=True), Sort("rank"))
    assert client_order("", {"at"}) == ()
    with pytest.raises(SortRefusedError) as refused:
        client_order("at,level", ["at", "rank"])
    assert refused.value.allowed == ("at", "rank")


def test_the_tiebreak_runs_with_the_last_sort() -> None:
    assert [str(step.sort) for step in Ordering.of(Item, "rank,-at").columns] == [
        "rank asc nulls last",
        "at desc nulls first",
        "id desc nulls first",
    ]
    assert parse_order("") == ()
