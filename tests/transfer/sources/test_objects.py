"""Objects in memory: which Python value is which JSON value, and what has none."""

from __future__ import annotations

import dataclasses
import enum
from collections import OrderedDict, defaultdict, deque
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID

import attrs
import pytest
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlmodel import Field, SQLModel

from toolkit.transfer.sources.located import MemorySource
from toolkit.transfer.sources.options import MAX_DEPTH
from toolkit.transfer.sources.plain import plain_value
from toolkit.transfer.sources.read import read_source
from toolkit.transfer.sources.record import Number, SourceRecord


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Point:
    x: int
    y: Decimal


@attrs.define
class Box:
    size: int
    label: str = "b"


class Pair(NamedTuple):
    left: str
    right: int


class Person(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str
    born: date


class Row(SQLModel):
    id: int = Field(primary_key=True)
    colour: Colour


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "mapped_of_a_test"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


KEY = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")

KINDS: list[tuple[object, Any]] = [
    (None, None),
    (True, True),
    (7, Number("7")),
    (Level.HIGH, Number("3")),
    (10**5000, Number("1" + "0" * 5000)),
    (1.5, Number("1.5")),
    (1e300, Number("1e+300")),
    (0.1, Number("0.1")),
    (Decimal("1.50"), Number("1.50")),
    (Decimal("1E+3"), Number("1E+3")),
    ("x\0\ud800", "x\0\ud800"),
    (Colour.RED, "red"),
    (KEY, str(KEY)),
    (datetime(2024, 5, 1, 12, 30, tzinfo=UTC), "2024-05-01T12:30:00+00:00"),
    (datetime(2024, 5, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30))), "2024-05-01T00:00:00-03:30"),
    (date(2024, 5, 1), "2024-05-01"),
    (time(12, 30, 1, 5), "12:30:01.000005"),
    (timedelta(days=1, microseconds=1), "86400000001 microseconds"),
    (b"\x00\xff", "\\x00ff"),
    (bytearray(b"a"), "\\x61"),
    (memoryview(b"a"), "\\x61"),
    (PurePosixPath("a/b"), "a/b"),
    (Path("c"), "c"),
    ([1, (2, [3])], [Number("1"), [Number("2"), [Number("3")]]]),
    ({3, 1, 2}, [Number("1"), Number("2"), Number("3")]),
    (frozenset({"b", "a"}), ["a", "b"]),
    (deque(["a"]), ["a"]),
    (range(2), [Number("0"), Number("1")]),
    (OrderedDict(b=1, a=2), {"b": Number("1"), "a": Number("2")}),
    (defaultdict(list, {"a": []}), {"a": []}),
    (Point(1, Decimal("2.0")), {"x": Number("1"), "y": Number("2.0")}),
    (Box(3), {"size": Number("3"), "label": "b"}),
    (Pair("l", 2), {"left": "l", "right": Number("2")}),
    (Person(name="A", born=date(1815, 12, 10), more=1), {
        "name": "A", "born": "1815-12-10", "more": Number("1"),
    }),
    (Row(id=1, colour=Colour.RED), {"id": Number("1"), "colour": "red"}),
    (Note(id=1, name="n"), {"id": Number("1"), "name": "n"}),
    ({KEY: 1, Colour.RED: 2, 3: 4, ("u1", 5): 6, date(2024, 5, 1): 7, b"k": 8}, {
        str(KEY): Number("1"), "red": Number("2"), "3": Number("4"), '["u1", 5]': Number("6"),
        "2024-05-01": Number("7"), "k": Number("8"),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("value", "wanted"), KINDS, ids=lambda value: type(value).__name__)
def test_each_kind_has_one_plain_form(value: object, wanted: Any) -> None:
    assert plain_value(value) == wanted
    assert type(plain_value(value)) is type(wanted)


def read(store: object, *containers: tuple[str, ...]) -> tuple[SourceRecord, ...]:
    return read_source(MemorySource("app:store", store), frozenset(containers or {()})).records


def flaws(value: object) -> list[tuple[str, str]]:
    (record,) = read([value])
    return [(flaw.code, flaw.field) for flaw in record.flaws]


class Opaque:
    pass


def circle() -> dict[str, Any]:
    found: dict[str, Any] = {"name": "x", "inner": {"list": []}}
    found["inner"]["list"].append(found["inner"])
    return found


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


FLAWED: list[tuple[object, list[tuple[str, str]]]] = [
    ({"a": [1, {"b": Opaque()}]}, [("unknown_kind", "a.1.b")]),
    ({"a": float("nan")}, [("not_finite", "a")]),
    ({"a": Decimal("-Infinity")}, [("not_finite", "a")]),
    ({"a": {1: "x", "1": "y"}}, [("duplicate_key", "1")]),
    ({"a": lambda: 1}, [("unknown_kind", "a")]),
    ({"a": Point}, [("unknown_kind", "a")]),
    ({"a": 1j, "b": Opaque()}, [("unknown_kind", "a"), ("unknown_kind", "b")]),
    (circle(), [("cycle", "inner.list.0")]),
    (nested(MAX_DEPTH + 1), [("too_deep", ".".join(["0"] * MAX_DEPTH))]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "wanted"), FLAWED, ids=range(len(FLAWED)))
def test_what_has_no_plain_form_is_a_flaw_with_its_place(value: object, wanted: Any) -> None:
    assert flaws(value) == wanted


def test_a_shared_object_is_no_cycle() -> None:
    shared = {"city": "Bonn"}
    assert flaws({"home": shared, "work": shared, "all": [shared, shared]}) == []
    assert flaws(nested(MAX_DEPTH)) == []


def test_a_cycle_names_where_it_closes() -> None:
    (record,) = read([circle()])
    assert record.flaws[0].reason == "it holds inner again, in which it stands"


@dataclasses.dataclass
class Store:
    users: dict[UUID, Point]
    tasks: list[Box]
    secret: str = "s"


def test_a_store_may_be_an_object_itself() -> None:
    store = Store({KEY: Point(1, Decimal(2))}, [Box(1), Box(2)])
    content = read_source(MemorySource("app:store", store), frozenset({("users",), ("tasks",)}))
    assert [(r.container, r.key, r.index) for r in content.records] == [
        (("users",), str(KEY), 0),
        (("tasks",), None, 0),
        (("tasks",), None, 1),
    ]
    assert [place.pointer for place in content.stray] == ["/secret"]


def test_other_collections_are_stores_too() -> None:
    assert [record.value for record in read({"b", "a"})] == ["a", "b"]
    assert [record.value for record in read(name for name in ("x", "y"))] == ["x", "y"]
    assert [record.value for record in read({"a": 1}.values())] == [Number("1")]
    assert [r.place.pointer for r in read({"ada": [1, 2], "bob": [3]}, ("*",))] == [
        "/ada/0", "/ada/1", "/bob/0"
    ]  # fmt: skip


def test_two_keys_with_one_text_are_told() -> None:
    records = read({1: "a", "1": "b"})
    assert [[flaw.code for flaw in record.flaws] for record in records] == [[], ["duplicate_key"]]
