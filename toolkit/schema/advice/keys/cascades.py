"""What one delete takes along."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from toolkit.schema.advice.fixes import create_index, words
from toolkit.schema.advice.rule import WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Key, Kind, Qualified


@rule(
    "fk-cascade-into-large-table",
    WARNING,
    name="Delete cascades into a large table",
    why="One delete becomes a long transaction: it locks and logs every row below it, and without an "
    "index it reads the whole table for each parent.",
    example="-- tasks has more than 100,000 rows\n"
    "CREATE TABLE users (id bigint PRIMARY KEY);\n"
    "CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE);",
    fix="Index the referring columns; delete children in batches before the parent.",
    needs_statistics=True,
)
def fk_cascade_into_large_table(scope: Scope) -> Found:
    """A foreign key ON DELETE CASCADE from a table of many rows that has no index for it."""
    for key in scope.foreign_keys:
        rows, table = scope.rows(key.relation) or 0, scope.table(key.relation)
        if key.on_delete != "cascade" or rows < scope.settings.large_rows or table is None:
            continue
        if scope.covering_index(key.relation, key.columns) is None:
            name = scope.free_name(key.schema, f"ix_{key.table}_{'_'.join(key.columns)}")
            yield Advice(
                key.key,
                f"A delete in {key.references} reads all {rows:,} rows of {key.relation} and deletes along.",
                create_index("index the referring columns; delete in batches", table, key.columns, name),
                {"rows": rows, "columns": [*key.columns]},
            )


@rule(
    "fk-cascade-chain-deep",
    WARNING,
    name="Deletes cascade through many tables, or in a circle",
    why="Nobody sees at the top of the chain what disappears at its end.",
    example="CREATE TABLE a (id bigint PRIMARY KEY);\n"
    "CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a ON DELETE CASCADE);\n"
    "CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint REFERENCES b ON DELETE CASCADE);\n"
    "CREATE TABLE d (id bigint PRIMARY KEY, c_id bigint REFERENCES c ON DELETE CASCADE);\n"
    "CREATE TABLE e (id bigint PRIMARY KEY, d_id bigint REFERENCES d ON DELETE CASCADE);",
    fix="Break the chain with RESTRICT where rows have a worth of their own.",
)
def fk_cascade_chain_deep(scope: Scope) -> Found:
    """A chain of more than three foreign keys ON DELETE CASCADE, or one that comes back to its table."""
    above: dict[Qualified, set[Qualified]] = {}
    for key in scope.foreign_keys:
        if key.on_delete == "cascade" and key.references is not None and key.references != key.relation:
            above.setdefault(key.relation, set()).add(key.references)
    for circle in _circles(above):
        yield _advice(circle, "in a circle")
    longest: dict[Qualified, tuple[Qualified, ...]] = {}
    for table in reversed([*TopologicalSorter(above).static_order()]):
        path = (table, *longest.get(table, ()))
        for parent in above.get(table, ()):
            longest[parent] = max(longest.get(parent, ()), path, key=len)
        if table not in above and len(path) - 1 > scope.settings.longest_cascade:
            yield _advice(path, "far")


def _circles(above: dict[Qualified, set[Qualified]]) -> list[tuple[Qualified, ...]]:
    """Every circle, from the parent down; `above` is left without them."""
    found = []
    while True:
        try:
            TopologicalSorter(above).prepare()
        except CycleError as error:
            circle: list[Qualified] = error.args[1]
            found.append((*circle,))
            above[circle[1]].discard(circle[0])
        else:
            return found


def _advice(path: tuple[Qualified, ...], how: str) -> Advice:
    return Advice(
        Key(Kind.TABLE, tuple(path[0])),
        f"A delete in {path[0]} cascades {how}: {' -> '.join(map(str, path))}.",
        words("break the chain with RESTRICT or SET NULL where rows have a worth of their own"),
        {"length": len(path) - 1, "path": [*map(str, path)]},
    )
