"""The native judge of one table: lines of JSON into columns of cells, or the line is doubtful.

It stands on a strict decoder that knows the fields of the record and nothing else; see the invariant of the
room. It never rejects: why a line does not fit is for the exact judge to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, UnsetType
from msgspec.structs import astuple

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.judge.rows import Cell, Fill
from toolkit.transfer.stream.found import Found, found_values
from toolkit.transfer.stream.proof import keys_twice
from toolkit.transfer.stream.vectors import Vector

MAX_LINE: Final = 1_000_000
"""Longer lines, in bytes, are for the exact judge, which has the limits."""
_UNDECODED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_PLAIN: Final = re.compile(r"[^{\[:\x80-\U0010ffff]*")


@dataclass(frozen=True, slots=True)
class NativeColumn:
    """One column that is read from one field."""

    name: str
    field: str
    plan: ColumnPlan
    vector: Vector


@dataclass(frozen=True, slots=True)
class NativeBlock:
    """What became of some lines."""

    kept: Sequence[int]
    """The lines that were accepted, by their position."""
    columns: Mapping[str, Sequence[Cell]]
    """Their cells."""
    doubtful: Sequence[int]
    """The other lines."""


class NativeJudge:
    """Judges lines. `constants` are columns with one cell for all rows; `ignored` are fields nobody moves.

    Without `proving`, only the columns are judged: not whether keys stand once, nor what is ignored.
    """

    def __init__(
        self,
        columns: Sequence[NativeColumn],
        constants: Mapping[str, Cell],
        ignored: Sequence[str],
        *,
        proving: bool = True,
    ) -> None:
        self._proving = proving
        self._columns = columns
        self._constants = constants
        self._fields = ignored
        self._ignored = [f"ignored{number}" for number in range(len(ignored))]
        names = [f"field{number}" for number in range(len(columns))]
        kinds: list[Any] = [_kind(column.vector.kind) for column in columns]
        record = msgspec.defstruct(
            "Record",
            [
                *((name, kind, UNSET) for name, kind in zip(names, kinds, strict=True)),
                *((name, Raw | UnsetType, UNSET) for name in self._ignored),
            ],
            rename=dict(zip([*names, *self._ignored], [*(c.field for c in columns), *ignored], strict=True)),
            forbid_unknown_fields=True,
            gc=False,
        )
        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(record).decode
        self._getters = [attrgetter(name) for name in names]
        self.plain = frozenset(column.name for column in columns if column.vector.plain)
        """The columns whose cells COPY reads as they stand."""

    def only(self, names: Collection[str]) -> NativeJudge:
        """A quicker judge of these columns alone; it accepts more lines than this one, and none less."""
        columns = [_compared(column) for column in self._columns if column.name in names]
        others = [column.field for column in self._columns if column.name not in names]
        constants = {name: cell for name, cell in self._constants.items() if name in names}
        return NativeJudge(columns, constants, [*others, *self._fields], proving=False)

    def judge(self, lines: Sequence[bytes]) -> NativeBlock:
        """Judge lines that hold one record each, or try to."""
        kept, records = self._decoded(lines)
        given = self._given(records)
        fields = [
            found_values(column.vector.kind, values)
            for column, values in zip(self._columns, given, strict=False)
        ]
        doubted: set[int] = set()
        if self._proving:
            ignored = [found_values(Raw, values) for values in given[len(fields) :]]
            doubted.update(position for field in ignored for position in _not_plain(field))
            read = lines if len(kept) == len(lines) else [lines[at] for at in kept]
            doubted |= keys_twice(read, [*fields, *ignored])
        columns: dict[str, Sequence[Cell]] = {}
        for column, field in zip(self._columns, fields, strict=True):
            columns[column.name], doubtful = _cells(column, field)
            doubted.update(doubtful)
        for name, cell in self._constants.items():
            columns[name] = [cell] * len(kept)
        if doubted:
            sound = [position not in doubted for position in range(len(kept))]
            kept = list(compress(kept, sound))
            columns = {name: list(compress(cells, sound)) for name, cells in columns.items()}
        if len(kept) == len(lines):
            return NativeBlock(kept, columns, ())
        accepted = set(kept)
        return NativeBlock(kept, columns, [at for at in range(len(lines)) if at not in accepted])

    def _decoded(self, lines: Sequence[bytes]) -> tuple[Sequence[int], list[Any]]:
        if lines and max(map(len, lines)) <= MAX_LINE:
            try:
                return range(len(lines)), list(map(self._decode, lines))
            except _UNDECODED:
                pass
        kept, records = [], []
        for position, line in enumerate(lines):
            if len(line) <= MAX_LINE:
                try:
                    records.append(self._decode(line))
                except _UNDECODED:
                    continue
                kept.append(position)
        return kept, records

    def _given(self, records: list[Any]) -> list[Sequence[Any]]:
        """The decoded values, field by field: the columns, and, to be proven, those that are ignored."""
        if not self._proving or not records:
            return [list(map(get, records)) for get in self._getters]
        return list(zip(*map(astuple, records), strict=True))


def _kind(kind: type[Any]) -> Any:
    return kind | UnsetType if kind is Raw else kind | None | UnsetType


def _compared(column: NativeColumn) -> NativeColumn:
    """The same column, when its cells are only compared with each other."""
    compared = column.vector.compared
    return column if compared is None else replace(column, vector=replace(column.vector, cells=compared))


def _not_plain(field: Found) -> Iterator[int]:
    """Where a field that nobody moves holds more than a number, a word or a plain text."""
    return (position for position, text in field.texts() if not _PLAIN.fullmatch(text))


def _cells(column: NativeColumn, field: Found) -> tuple[Sequence[Cell], Sequence[int]]:
    """The cell of each record, and the doubtful ones."""
    cells: Sequence[str] = ()
    unsure: Sequence[int] = ()
    if field.values:
        cells, unsure = column.vector.cells(field.values, field.joined)
    if field.complete:
        return cells, unsure
    filled = field.spread(cells)
    doubtful = [field.there[place] for place in unsure]
    rule, target = column.plan.rule, column.plan.target
    if rule.default is not None or (column.plan.required and field.missing):
        doubtful += field.missing
    elif target.has_default:
        for position in field.missing:
            filled[position] = Fill.DEFAULT
    elif target.not_null:
        doubtful += field.missing
    if rule.default is not None or target.not_null:
        doubtful += field.null
    return filled, doubtful
