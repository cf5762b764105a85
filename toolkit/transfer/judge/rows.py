"""Find the rows of each table in the records of its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeAlias

from toolkit.transfer.judge.plan import TablePlan
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
    rejected: bool = False
    merged: bool = False
    """Another row stands for it."""
    skipped: bool = False
    """It is in the table already."""
    exists: bool = False
    """It is in the table already; set for skipped rows, too."""
    unchanged: bool = False
    """The row in the table is equal, so nothing is written."""
    settled: bool = False
    """An earlier run has dealt with it; it is here for the rows that refer to it."""

    @property
    def live(self) -> bool:
        """Whether it is to be written: inserted, or, where it `exists`, updated or replaced."""
        return not (self.rejected or self.merged or self.skipped or self.unchanged or self.settled)


def rows_in(table: TablePlan, records: Iterable[SourceRecord]) -> Iterator[Row | tuple[Place, UnfitError]]:
    """The rows of `table` inside sound records, and the places where a list was expected and is none."""
    pointer = table.rule.rows
    ordinal = 0
    for record in records:
        if record.container != pointer.container or record.flaws:
            continue
        for found in _inside(record.place, record.value, record.key, record.index, pointer.inner):
            if isinstance(found, Row):
                ordinal += 1
                found.table, found.ordinal = table.name, ordinal
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
    if path.word == VALUE:
        return row.value
    if path.word == KEY:
        return MISSING if row.key is None else row.key
    if path.word == INDEX:
        return Number(str(row.index))
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
