"""Indexes that another index makes needless."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from toolkit.schema.advice.fixes import drop_index
from toolkit.schema.advice.rule import WARNING, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Index, Qualified


@rule(
    "index-duplicate",
    WARNING,
    name="Two indexes that are the same",
    why="Every write maintains both, and the second adds nothing.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, title text);\n"
    "CREATE INDEX by_title ON tasks (title);\nCREATE INDEX by_title_too ON tasks (title);",
    fix="Drop one, concurrently.",
)
def index_duplicate(scope: Scope) -> Found:
    """Two valid indexes of one table, neither serving a constraint, that agree in everything but the name."""
    for one, other in _pairs(scope):
        if not one.constraint and not other.constraint and _form(one) == _form(other):
            yield _advice(scope, other, one, "is the same as")


@rule(
    "index-redundant-prefix",
    WARNING,
    name="Index that another one begins with",
    why="An index over (a, b) answers what an index over (a) does, nearly as fast; every write maintains "
    "both.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY, user_id bigint, day date);\n"
    "CREATE INDEX by_user ON tasks (user_id);\nCREATE INDEX by_user_day ON tasks (user_id, day);",
    fix="Drop the shorter one, concurrently.",
)
def index_redundant_prefix(scope: Scope) -> Found:
    """A B-tree index, not unique and of no constraint, whose keys are the first keys of another valid
    index.
    """
    told: set[str] = set()
    for pair in _pairs(scope):
        short, long = sorted(pair, key=lambda index: len(index.keys))
        fits = (
            len(short.keys) < len(long.keys)
            and short.method == long.method == "btree"
            and short.keys == long.keys[: len(short.keys)]
            and short.predicate == long.predicate
            and {*short.include} <= {key.column for key in long.keys} | {*long.include}
        )
        if fits and not short.unique and not short.constraint and short.key.name not in told:
            told.add(short.key.name)
            yield _advice(scope, short, long, "is the beginning of")


@rule(
    "index-unique-and-constraint",
    WARNING,
    name="Index beside the constraint that has the same one",
    why="A primary key and a unique constraint bring an index along; one more over the same columns is "
    "maintained for nothing. Models get it from `unique=True, index=True`.",
    example="CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE);\n"
    "CREATE UNIQUE INDEX by_email ON users (email);",
    fix="Drop the index that serves no constraint.",
)
def index_unique_and_constraint(scope: Scope) -> Found:
    """An index of no constraint over exactly the keys of a primary key or unique constraint of the table."""
    told: set[str] = set()
    for pair in _pairs(scope):
        for index, other in (pair, pair[::-1]):
            same = (
                index.keys == other.keys
                and index.method == other.method
                and index.predicate is None
                and other.predicate is None
                and not index.include
            )
            if same and other.constraint and not index.constraint and index.key.name not in told:
                told.add(index.key.name)
                yield _advice(scope, index, other, "repeats the constraint")


def _pairs(scope: Scope) -> Iterator[tuple[Index, Index]]:
    for table in scope.tables:
        yield from combinations(scope.usable_indexes(table.qualified), 2)


def _form(index: Index) -> tuple[object, ...]:
    return (
        index.method, index.keys, {*index.include}, index.unique, index.nulls_not_distinct, index.predicate,
        index.options,
    )  # fmt: skip


def _advice(scope: Scope, index: Index, other: Index, how: str) -> Advice:
    table = scope.table(index.relation)
    counted = scope.statistics.indexes if scope.has_statistics else {}
    known = counted.get(Qualified(index.schema, index.name))
    return Advice(
        index.key,
        f"{index.name} of {index.relation} {how} {other.constraint or other.name}.",
        drop_index("drop it", index, partitioned=table is not None and table.partition_key is not None),
        {
            "other": other.name,
            "bytes": known.bytes if known else None,
            "scans": known.scans if known else None,
        },
    )
