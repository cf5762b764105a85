"""The SQL for owners, on a real server, with names that need quotes."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from toolkit.models.ownership import OwnerPath, owner_expression, owner_joins, resolve_path
from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape

SCHEMA = """
CREATE SCHEMA "My App";
CREATE TABLE "My App".users (id int PRIMARY KEY);
CREATE TABLE "My App"."Order" (a int, b int, "user" int REFERENCES "My App".users, PRIMARY KEY (a, b));
CREATE TABLE lines (id int PRIMARY KEY, a int, b int, FOREIGN KEY (a, b) REFERENCES "My App"."Order");
CREATE TABLE marks (id int PRIMARY KEY, line_id int REFERENCES lines);
INSERT INTO "My App".users VALUES (7), (8);
INSERT INTO "My App"."Order" VALUES (1, 1, 7), (1, 2, 8), (2, 1, NULL);
INSERT INTO lines VALUES (1, 1, 1), (2, 1, 2), (3, NULL, 1), (4, 2, 1);
INSERT INTO marks VALUES (1, 1), (2, 2), (3, 3), (4, NULL), (5, 4);
"""


def shape(schema: str, name: str, columns: str, *keys: ForeignKeyShape) -> TableShape:
    return TableShape(
        schema, name, tuple(ColumnShape(c, "int", nullable=True) for c in columns.split()), ("id",), keys
    )


SHAPES = {
    each.name: each
    for each in (
        shape("My App", "Order", "a b user"),
        shape("public", "lines", "id a b", ForeignKeyShape(("a", "b"), "My App.Order", ("a", "b"))),
        shape("public", "marks", "id line_id", ForeignKeyShape(("line_id",), "public.lines", ("id",))),
    )
}


@pytest.mark.parametrize(
    ("table", "way", "owners"),
    [
        ("public.lines", "a+b.user", {1: 7, 2: 8, 3: None, 4: None}),
        ("public.marks", "line_id.a+b.user", {1: 7, 2: 8, 3: None, 4: None, 5: None}),
        ("public.lines", "id", {1: 1, 2: 2, 3: 3, 4: 4}),
    ],
)
def test_expression_and_joins_give_the_owner(
    connection: Connection, table: str, way: str, owners: dict[int, int | None]
) -> None:
    connection.execute(text(SCHEMA))
    path: OwnerPath = resolve_path(SHAPES, table, way)
    expression = owner_expression(path, "row")
    rows = connection.execute(text(f'SELECT "row".id, {expression} FROM {table} AS "row"')).all()
    assert {row[0]: row[1] for row in rows} == owners
    joins, joined = owner_joins(path, "row")
    rows = connection.execute(text(f'SELECT "row".id, {joined} FROM {table} AS "row" {joins}')).all()
    assert {row[0]: row[1] for row in rows} == owners
