"""Records into one table without a mapping file: fields are columns, and nothing is left out in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fixtures.transfer import Importer
from sqlalchemy import Column, Integer, MetaData, Table, Text
from sqlalchemy.orm import DeclarativeBase

from toolkit.transfer import load
from toolkit.transfer.errors import UnmappedFieldsError
from toolkit.transfer.into.errors import NoSuchTableError

KEY = UUID("6f1f4c1d-7e31-4c0b-9d0a-c2b1a7de5f0e")
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Base(DeclarativeBase):
    """Models of the test."""

    metadata = MetaData(schema="shop")


class Person(Base):
    """A mapped class whose attribute is not called like its column."""

    __table__ = Table(
        "people",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        Column("full name", Text, key="name"),
    )


@pytest.fixture
def shop(importer: Importer) -> Importer:
    importer.make(
        'CREATE SCHEMA shop; CREATE TABLE shop.people (id int PRIMARY KEY, "full name" text NOT NULL);'
        "CREATE TABLE t (id uuid PRIMARY KEY, at timestamptz NOT NULL, n numeric, word text DEFAULT 'x',"
        ' twice numeric GENERATED ALWAYS AS (n * 2) STORED, "a.b/c~@" int)'
    )
    return importer


def test_python_values_arrive(shop: Importer) -> None:
    records = [
        {"id": KEY, "at": MOMENT, "n": Decimal("1.10"), "a.b/c~@": 7},
        {"id": UUID(int=1), "at": MOMENT},
    ]
    report = load(records, into="t", database=shop.database)
    assert report.outcome == "loaded"
    assert shop.stored("SELECT * FROM t ORDER BY n") == [
        (KEY, MOMENT, Decimal("1.10"), "x", Decimal("2.20"), 7),
        (UUID(int=1), MOMENT, None, "x", None, None),
    ]


@pytest.mark.parametrize(
    ("into", "record"),
    [(Person, {"id": 1, "name": "Ada"}), ("shop.people", {"id": 1, "full name": "Ada"})],
    ids=["class", "name"],
)
def test_a_class_or_a_name(shop: Importer, into: object, record: dict[str, Any]) -> None:
    assert load([record], into=into, database=shop.database).outcome == "loaded"
    assert shop.stored("SELECT * FROM shop.people") == [(1, "Ada")]


def test_a_field_that_is_no_column_refuses_the_load(shop: Importer) -> None:
    records = [{"id": 1, "full name": "Ada"}, {"id": 2, "full name": "Bo", "age": 3}]
    with pytest.raises(UnmappedFieldsError, match="age"):
        load(records, into="shop.people", database=shop.database)
    assert shop.stored("SELECT * FROM shop.people") == []


def test_a_column_that_must_have_a_value_rejects_the_row(shop: Importer) -> None:
    report = load([{"id": 1}], into="shop.people", database=shop.database)
    assert [(reject.code, reject.column) for reject in report.rejects] == [("missing", "full name")]


def test_what_is_no_table_is_refused(shop: Importer) -> None:
    with pytest.raises(NoSuchTableError, match=r"shop\.nothing"):
        load([], into="shop.nothing", database=shop.database)
    with pytest.raises(TypeError, match="mapped class"):
        load([], into=7, database=shop.database)
    with pytest.raises(TypeError, match="either"):
        load([], database=shop.database)
