"""Find the rows of each table in the records of its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.mapping.model import Word
from toolkit.transfer.mapping.paths import EACH, INDEX, KEY, VALUE, FieldPath
from toolkit.transfer.sources.record import Number, Place, SourceRecord, Value
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

Tokens = tuple[str | int, ...]


class Fill(Enum):
    """A cell that has no text."""

    DEFAULT = "default"
    """The server fills it."""


Cell: TypeAlias = "str | Fill | None"
"""The exact text for the server, the server's default, or NULL."""


class Missing(Enum):
    """The field is not there, which is not the same as null."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


@dataclass(slots=True, eq=False)
class Row:
    """One row on its way into a table."""

    table: str
    ordinal: int
    """From 1, in the order of the source."""
    place: Place
    value: Value
    key: str | None
    index: int
    cells: dict[str, Cell] = field(default_factory=dict)
    stars: tuple[int, ...] = ()
    """Where in the tokens of its place those of each `*` stand."""
    rejected: bool = False
    merged: bool = False
    """Another row stands for it."""
    skipped: bool = False
    """It is in the table already, and stays as it is."""
    exists: bool = False
    """It is in the table already; set for skipped rows, too."""
    unchanged: bool = False
    """The row in the table is equal, so nothing is written."""
    settled: bool = False
    """An earlier run has dealt with it; it is here for the rows that refer to it."""
    matched: bool = False
    """Its key is that of a stored row with the same `match` columns."""
    made: bool = False
    """No record of the source: made because others refer to it."""
    legacy: str | None = None
    """Its legacy key in the spelling by which others find it."""
    cause: Row | None = None
    """The row because of which it is rejected, where it is."""

    @property
    def live(self) -> bool:
        """Whether it is to be written: inserted, or, where it `exists`, updated or replaced."""
        return not (self.rejected or self.merged or self.skipped or self.unchanged or self.settled)

    def star(self, number: int) -> Value | Missing:
        """What the `number`-th `*` of the row pointer stands for: a key, or a place in a list, from 0."""
        if number > len(self.stars):
            return MISSING
        token = self.place.tokens[self.stars[number - 1]]
        return token if isinstance(token, str) else Number(str(token))

    @property
    def root(self) -> Row:
        """The row that is the first cause of its reject; itself when there is none."""
        row, seen = self, {id(self)}
        while row.cause is not None and id(row.cause) not in seen:
            row = row.cause
            seen.add(id(row))
        return row


TOLERATED: Final = frozenset({"not_finite"})
"""Flaws with which a record still becomes rows: each value is judged, and its column's rule may take it."""


def is_sound(record: SourceRecord) -> bool:
    """Whether the record becomes rows."""
    return all(flaw.code in TOLERATED for flaw in record.flaws)


def takes(table: TablePlan, row: Row) -> bool:
    """Whether the row is one of the table: it has one of the values of `where` in each field."""
    return all(_one_of(row, path, words) for path, words in table.rule.conditions)


def _one_of(row: Row, path: FieldPath, words: Sequence[Word]) -> bool:
    try:
        value = field_of(row, path)
    except UnfitError:
        return False
    if isinstance(value, Number):
        return any(type(word) is int and value.text == str(word) for word in words)
    return any(type(word) is type(value) and word == value for word in words)


def rows_in(table: TablePlan, records: Iterable[SourceRecord]) -> Iterator[Row | tuple[Place, UnfitError]]:
    """The rows of `table` inside sound records, and the places where a list was expected and is none."""
    pointer = table.rule.rows
    stars = tuple(place for place, token in enumerate(pointer.tokens) if token == EACH)
    ordinal = 0
    for record in records:
        if record.container != pointer.container or not is_sound(record):
            continue
        for found in _inside(record.place, record.value, record.key, record.index, pointer.inner):
            if isinstance(found, Row):
                ordinal += 1
                found.table, found.ordinal, found.stars = table.name, ordinal, stars
            yield found


def _inside(
    place: Place, value: Value, key: str | None, index: int, path: tuple[str, ...]
) -> Iterator[Row | tuple[Place, UnfitError]]:
    if not path:
        yield Row("", 0, place, value, key, index)
        return
    head, rest = path[0], path[1:]
    if head != EACH:
        if isinstance(value, dict) and value.get(head) is not None:
            yield from _inside(place.inside(head), value[head], None, 0, rest)
        elif not isinstance(value, dict) and value is not None:
            yield place, wrong_kind(value, f"an object with {head!r}")
    elif isinstance(value, list):
        for number, element in enumerate(value):
            yield from _inside(place.inside(number), element, None, number, rest)
    elif isinstance(value, dict):
        for number, (name, member) in enumerate(value.items()):
            yield from _inside(place.inside(name), member, name, number, rest)
    elif value is not None:
        yield place, wrong_kind(value, "a list or object of rows", "The mapping's 'rows' looks inside it.")


def field_of(row: Row, path: FieldPath) -> Value | Missing:
    """The value at `path` in a row.

    Raises `UnfitError` when the way leads through something else than objects.
    """
    if path.word is not None:
        return _word_of(row, path)
    value: Value = row.value
    for name in path.names:
        if value is None:
            return MISSING
        if not isinstance(value, dict):
            raise wrong_kind(value, f"an object with {name!r}")
        if name not in value:
            return MISSING
        value = value[name]
    return value


def _word_of(row: Row, path: FieldPath) -> Value | Missing:
    if path.word == VALUE:
        return row.value
    if path.word == KEY:
        return MISSING if row.key is None else row.key
    if path.word == INDEX or path.star is None:
        return Number(str(row.index))
    return row.star(path.star)
