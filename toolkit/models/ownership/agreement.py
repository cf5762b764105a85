"""Whether two ways to an owner give the same owner, proven from the keys and not from the data.

The proof is the chase: every row on the paths is a row of unknown values; a foreign key makes the values of
its columns equal in child and parent; two rows of one table with an equal key are the same row, so all their
values are equal. The paths agree if their owners then are one value. Sound: what is proven holds in every
database that keeps its constraints, for each row that has both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from toolkit.models.ownership.paths import Hop, OwnerPath, Shapes, hop_along
from toolkit.models.shapes import TableShape

Row = tuple[Hop, ...]
"""A row is named by the hops that lead to it from the starting row."""
Value = tuple[Row, str]


class _Equalities:
    """Values known to be equal: a union-find."""

    def __init__(self) -> None:
        self._parents: dict[Value, Value] = {}

    def find(self, value: Value) -> Value:
        while (parent := self._parents.get(value, value)) != value:
            value = parent
        return value

    def join(self, one: Value, other: Value) -> bool:
        """Make them equal; whether that was news."""
        first, second = self.find(one), self.find(other)
        self._parents[first] = second
        return first != second


def agree(shapes: Shapes, paths: Sequence[OwnerPath]) -> bool:
    """Whether all paths, which start at one table, provably give one owner to each row that has them all."""
    rows = _rows(shapes, paths)
    equal = _Equalities()
    for row in rows:
        if row:
            for column, target in row[-1].foreign_key.pairs:
                equal.join((row[:-1], column), (row, target))
    news = True
    while news:
        news = False
        for one, other in combinations(rows, 2):
            if rows[one] == rows[other] and _same_row(shapes[rows[one]], equal, one, other):
                news |= _join_rows(shapes[rows[one]], equal, one, other)
    owners = {equal.find((path.hops, path.column)) for path in paths}
    return len(owners) == 1


def dominant(shapes: Shapes, paths: Sequence[OwnerPath]) -> OwnerPath | None:
    """The first path that exists for every row that has any of the paths, or None."""
    for path in paths:
        if all(_gaps(shapes, path) <= _gaps(shapes, other) for other in paths):
            return path
    return None


def _gaps(shapes: Shapes, path: OwnerPath) -> set[Value]:
    """The values on the path that can be NULL, at each of which it can end early."""
    gaps: set[Value] = {(path.hops, path.column)} if path.column_nullable else set()
    for number, hop in enumerate(path.hops):
        shape = shapes[hop.source]
        gaps |= {(path.hops[:number], name) for name in hop.foreign_key.columns if not shape.requires([name])}
    return gaps


def _rows(shapes: Shapes, paths: Sequence[OwnerPath]) -> dict[Row, str]:
    """The rows on the paths with their tables, and the rows that references lead to which none can lack."""
    rows: dict[Row, str] = {}
    given: set[Value] = set()
    for path in paths:
        given.add((path.hops, path.column))
        for length in range(len(path.hops) + 1):
            rows[path.hops[:length]] = path.tables[length]
            if length < len(path.hops):
                columns = path.hops[length].foreign_key.columns
                given |= {(path.hops[:length], column) for column in columns}
    for row, table in list(rows.items()):
        shape = shapes[table]
        for key in shape.foreign_keys:
            # What leads along a path is there: a key beside it that asks for no more leads somewhere, too.
            leads = all((row, column) in given or shape.requires([column]) for column in key.columns)
            if leads and key.target in shapes:
                rows[(*row, hop_along(shape, key))] = key.target
    return rows


def _same_row(shape: TableShape, equal: _Equalities, one: Row, other: Row) -> bool:
    """Whether a key of the two rows is equal value for value."""
    keys = [key for key in (shape.primary_key, *shape.uniques) if key and shape.requires(key)]
    return any(all(equal.find((one, c)) == equal.find((other, c)) for c in key) for key in keys)


def _join_rows(shape: TableShape, equal: _Equalities, one: Row, other: Row) -> bool:
    """Make all values of two rows equal; whether that was news."""
    news = False
    for column in shape.columns:
        news |= equal.join((one, column.name), (other, column.name))
    return news
