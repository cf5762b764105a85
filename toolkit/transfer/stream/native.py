"""The native judge of one table: lines of JSON into columns of cells, or the line is doubtful.

It stands on a strict decoder that knows the fields of the record and nothing else; see the invariant of the
room. It never rejects: why a line does not fit is for the exact judge to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import UNSET, Raw, UnsetType
from msgspec.structs import astuple

from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.stream.accepted import NativeBlock, block_of
from toolkit.transfer.stream.columns import Cells, JudgedField, NativeColumn
from toolkit.transfer.stream.found import Found, found_values
from toolkit.transfer.stream.nested import NestedField
from toolkit.transfer.stream.proof import keys_twice

MAX_LINE: Final = 1_000_000
"""Longer lines, in bytes, are for the exact judge, which has the limits."""
_UNDECODED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_PLAIN: Final = re.compile(r"[^{\[:\x80-\U0010ffff]*")


@dataclass(frozen=True, slots=True)
class DirectField:
    """A field that is one column."""

    name: str
    column: NativeColumn

    @property
    def columns(self) -> Sequence[NativeColumn]:
        """The column that is read from it."""
        return [self.column]

    def judged(self, found: Found) -> JudgedField:
        """The cells of the column."""
        return [(self.column.name, self.column.judged(found))], ()


Field: TypeAlias = "DirectField | NestedField"


class NativeJudge:
    """Judges lines. `constants` are columns with one cell for all rows; `ignored` are fields nobody moves.

    Without `proving`, only the columns are judged: not whether keys stand once, nor what is ignored.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        constants: Mapping[str, Cell],
        ignored: Sequence[str],
        *,
        proving: bool = True,
    ) -> None:
        self._proving = proving
        self._fields = fields
        self._constants = constants
        self._ignored = ignored
        self._kinds = [one.column.kind if isinstance(one, DirectField) else Raw for one in fields]
        kinds: list[Any] = [*map(_kind, self._kinds), *(Raw | UnsetType for _ in ignored)]
        names = [f"field{number}" for number in range(len(kinds))]
        record = msgspec.defstruct(
            "Record",
            [(name, kind, UNSET) for name, kind in zip(names, kinds, strict=True)],
            rename=dict(zip(names, [*(one.name for one in fields), *ignored], strict=True)),
            forbid_unknown_fields=True,
            gc=False,
        )
        self._decode: Callable[[bytes], Any] = msgspec.json.Decoder(record).decode
        self._getters = [attrgetter(name) for name in names[: len(fields)]]
        self.plain = frozenset(column.name for one in fields for column in one.columns if column.plain)
        """The columns whose cells COPY reads as they stand."""

    def only(self, names: Collection[str]) -> NativeJudge:
        """A quicker judge of these columns alone; it accepts more lines than this one, and none less."""
        fields: list[Field] = []
        others: list[str] = []
        for one in self._fields:
            if isinstance(one, NestedField):
                fields.append(one.only(names))
            elif one.column.name in names:
                fields.append(one)
            else:
                others.append(one.name)
        constants = {name: cell for name, cell in self._constants.items() if name in names}
        return NativeJudge(fields, constants, [*others, *self._ignored], proving=False)

    def judge(self, lines: Sequence[bytes]) -> NativeBlock:
        """Judge lines that hold one record each, or try to."""
        kept, records = self._decoded(lines)
        given = self._given(records)
        found = [found_values(kind, values) for kind, values in zip(self._kinds, given, strict=False)]
        doubted: set[int] = set()
        if self._proving:
            ignored = [found_values(Raw, values) for values in given[len(found) :]]
            doubted.update(position for field in ignored for position in _not_plain(field))
            read = lines if len(kept) == len(lines) else [lines[at] for at in kept]
            doubted |= keys_twice(read, [*found, *ignored])
        columns: list[tuple[str, Cells]] = []
        for one, values in zip(self._fields, found, strict=True):
            cells, doubtful = one.judged(values)
            columns += cells
            doubted.update(doubtful)
        return block_of(len(lines), kept, doubted, columns, self._constants)

    def keys(self, lines: Sequence[bytes]) -> tuple[Sequence[int], Mapping[str, Sequence[object]], list[int]]:
        """Which lines are accepted, values that are equal where the cells are, and the other lines."""
        kept, records = self._decoded(lines)
        values: dict[str, Sequence[object]] = {
            name: [cell] * len(kept) for name, cell in self._constants.items()
        }
        doubted: set[int] = set()
        for one, kind, given in zip(self._fields, self._kinds, self._given(records), strict=False):
            found = found_values(kind, given)
            if isinstance(one, DirectField):
                values[one.column.name], doubtful = one.column.compared(found)
                doubted.update(doubtful)
                continue
            columns, doubtful = one.judged(found)
            doubted.update(doubtful)
            for name, cells in columns:
                values[name] = cells.cells
                doubted.update(cells.doubtful)
        if not doubted and len(kept) == len(lines):
            return kept, values, []
        sure = [place not in doubted for place in range(len(kept))]
        kept = list(compress(kept, sure))
        rest = sorted(set(range(len(lines))).difference(kept))
        return kept, {name: list(compress(column, sure)) for name, column in values.items()}, rest

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


def _not_plain(field: Found) -> Iterator[int]:
    """Where a field that nobody moves holds more than a number, a word or a plain text."""
    return (position for position, text in field.texts() if not _PLAIN.fullmatch(text))
