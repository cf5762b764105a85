"""What the keys prove must hold in every database that keeps them: random keys, random rows."""

from __future__ import annotations

from itertools import product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from toolkit.models.ownership import OwnerPath, OwnershipRules, build_ownership
from toolkit.models.ownership.agreement import agree
from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape

Row = dict[str, int | None]
Data = dict[str, list[Row]]

COLUMNS = {
    "users": ("id",),
    "lists": ("id", "user_id"),
    "tasks": ("id", "list_id", "user_id"),
    "items": ("id", "task_id", "list_id", "user_id"),
}
KEYS: dict[str, list[tuple[str, str, str]]] = {
    "users": [],
    "lists": [("user_id", "users", "id")],
    "tasks": [
        ("list_id", "lists", "id"),
        ("list_id user_id", "lists", "id user_id"),
        ("user_id", "users", "id"),
    ],
    "items": [
        ("task_id", "tasks", "id"),
        ("list_id", "lists", "id"),
        ("task_id list_id", "tasks", "id list_id"),
        ("task_id user_id", "tasks", "id user_id"),
        ("list_id user_id", "lists", "id user_id"),
        ("user_id", "users", "id"),
    ],
}


@st.composite
def schemas(draw: st.DrawFn) -> list[TableShape]:
    """The four tables with some of the foreign keys, and some columns nullable."""
    shapes = []
    for name, columns in COLUMNS.items():
        chosen = [key for key in KEYS[name] if name == "lists" or draw(st.booleans())]
        optional = {column for column in columns[1:] if draw(st.integers(0, 3)) == 0}
        shapes.append(
            TableShape(
                schema="public",
                table=name,
                columns=tuple(ColumnShape(column, "BIGINT", column in optional) for column in columns),
                primary_key=("id",),
                foreign_keys=tuple(
                    ForeignKeyShape(tuple(here.split()), f"public.{target}", tuple(there.split()))
                    for here, target, there in chosen
                ),
            )
        )
    return shapes


@st.composite
def databases(draw: st.DrawFn, shapes: list[TableShape]) -> Data:
    """Rows that keep every key: drawn freely, then those that break one are taken out until none does."""
    data: Data = {}
    for shape in shapes:
        values = [
            st.integers(0, 1) | (st.none() if column.nullable else st.integers(0, 1))
            for column in shape.columns[1:]
        ]
        rows = draw(st.lists(st.tuples(*values), max_size=4))
        data[shape.name] = [
            dict(zip([c.name for c in shape.columns], (number, *row), strict=True))
            for number, row in enumerate(rows)
        ]
    # Children stand after their parents in COLUMNS, so one pass is enough.
    for shape in shapes:
        data[shape.name] = [
            row
            for row in data[shape.name]
            if all(parents(key, row, data) != [] for key in shape.foreign_keys)
        ]
    return data


def parents(key: ForeignKeyShape, row: Row, data: Data) -> list[Row] | None:
    """The rows the key leads to; None where it does not apply because a column is NULL."""
    if any(row[column] is None for column in key.columns):
        return None
    return [p for p in data[key.target] if all(p[there] == row[here] for here, there in key.pairs)]


def owner(path: OwnerPath, row: Row, data: Data) -> int | None:
    for hop in path.hops:
        found = parents(hop.foreign_key, row, data)
        if not found:
            return None
        row = found[0]
    return row[path.column]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_proven_agreement_holds_in_every_database(draw: st.DataObject) -> None:
    shapes = draw.draw(schemas())
    # Without the direct reference every path counts, so that there is something to prove.
    tables = [s for s in shapes if s.table != "users"]
    graph = build_ownership(tables, OwnershipRules(overrides={"lists": "user_id"}))
    by_name = graph.shapes
    paths = graph.of("public.items").paths
    assume(len(paths) > 1)
    proven = [pair for pair in product(paths, paths) if agree(by_name, pair)]
    data = draw.draw(databases(shapes))
    for one, other in proven:
        for row in data["public.items"]:
            owners = {owner(one, row, data), owner(other, row, data)} - {None}
            assert len(owners) <= 1, f"{one} and {other} differ for {row}"


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_chosen_path_gives_every_owner_there_is(draw: st.DataObject) -> None:
    shapes = draw.draw(schemas())
    graph = build_ownership(shapes, OwnershipRules(owner_root="users"))
    data = draw.draw(databases(shapes))
    for name in ("public.tasks", "public.items"):
        answer = graph.of(name)
        if answer.kind in ("column", "path"):
            assert answer.path is not None
            for row in data[name]:
                owners = {owner(path, row, data) for path in answer.paths} - {None}
                assert owners <= {owner(answer.path, row, data)}
                if not answer.path.nullable:
                    assert owner(answer.path, row, data) is not None
