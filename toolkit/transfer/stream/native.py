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
from typing import Any, Final

import msgspec
from msgspec import UNSET, Raw, UnsetType

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.judge.rows import Cell, Fill
from toolkit.transfer.stream.proof import keys_stand_once
from toolkit.transfer.stream.vectors import Vector

MAX_LINE: Final = 1_000_000
"""Longer lines, in bytes, are for the exact judge, which has the limits."""
_UNDECODED: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_NULL: Final = "null"
_PLAIN: Final = re.compile(rb"[^{\[:\x80-\xff]*")


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

    def only(self, names: Collection[str]) -> NativeJudge:
        """A quicker judge of these columns alone; it accepts more lines than this one, and none less."""
        columns = [column for column in self._columns if column.name in names]
        others = [column.field for column in self._columns if column.name not in names]
        constants = {name: cell for name, cell in self._constants.items() if name in names}
        return NativeJudge(columns, constants, [*others, *self._fields], proving=False)

    def judge(self, lines: Sequence[bytes]) -> NativeBlock:
        """Judge lines that hold one record each, or try to."""
        kept, records = self._decoded(lines)
        fields = zip(self._columns, self._getters, strict=True)
        values = [_read(column, get, records) for column, get in fields]
        doubted: set[int] = set()
        if self._proving:
            read = lines if len(kept) == len(lines) else [lines[at] for at in kept]
            doubted = self._ill_proven(read, records, values)
        columns: dict[str, Sequence[Cell]] = {}
        for column, found in zip(self._columns, values, strict=True):
            columns[column.name], doubtful = _cells(column, found)
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

    def _ill_proven(self, lines: Sequence[bytes], records: list[Any], values: list[list[Any]]) -> set[int]:
        """The records whose keys may stand twice, or that hold more than plain values where nobody looks."""
        ignored = [[getattr(record, name) for record in records] for name in self._ignored]
        doubted = {position for fields in ignored for position in _not_plain(fields)}
        fields = [*values, *ignored]
        unset = sum(field.count(UNSET) for field in fields)
        if keys_stand_once(lines, len(fields) * len(lines) - unset, _joined(fields)):
            return doubted
        for position, line in enumerate(lines):
            here = [field[position] for field in fields if field[position] is not UNSET]
            if not keys_stand_once([line], len(here), _joined([here])):
                doubted.add(position)
        return doubted


def _kind(kind: type[Any]) -> Any:
    return kind | UnsetType if kind is Raw else kind | None | UnsetType


def _read(column: NativeColumn, get: Callable[[Any], Any], records: list[Any]) -> list[Any]:
    """The values of one field; of raw ones their texts, null included."""
    values = list(map(get, records))
    if column.vector.kind is not Raw:
        return values
    try:
        texts = b"\n".join(values).decode().split("\n")
    except (TypeError, UnicodeDecodeError):  # one is missing, or no text
        return [value if value is UNSET else _text(value) for value in values]
    return [None if text == _NULL else text for text in texts] if _NULL in texts else texts


def _text(raw: Raw) -> str | None:
    try:
        text = bytes(raw).decode()
    except UnicodeDecodeError:
        return '"'  # no JSON: whoever reads it on is in doubt
    return None if text == _NULL else text


def _joined(fields: Sequence[Sequence[Any]]) -> Iterator[str]:
    for field in fields:
        kinds = set(map(type, field))
        if kinds == {str}:
            yield "".join(field)
        elif str in kinds:
            yield "".join([value for value in field if isinstance(value, str)])


def _not_plain(fields: Sequence[Any]) -> Iterator[int]:
    """Where a field that nobody moves holds more than a number, a word or a plain text."""
    for position, value in enumerate(fields):
        if value is not UNSET and not _PLAIN.fullmatch(bytes(value)):
            yield position


def _cells(column: NativeColumn, values: list[Any]) -> tuple[Sequence[Cell], Sequence[int]]:
    if not values:
        return [], ()
    wanted = str if column.vector.kind is Raw else column.vector.kind
    if set(map(type, values)) <= {wanted}:
        return column.vector.cells(values)
    rule, target = column.plan.rule, column.plan.target
    filled: list[Cell] = [None] * len(values)
    there: list[int] = []
    doubtful: list[int] = []
    for position, value in enumerate(values):
        if value is not None and value is not UNSET:
            there.append(position)
        elif rule.default is not None or (value is UNSET and column.plan.required):
            doubtful.append(position)
        elif value is UNSET and target.has_default:
            filled[position] = Fill.DEFAULT
        elif target.not_null:
            doubtful.append(position)
    if there:
        texts, unsure = column.vector.cells([values[position] for position in there])
        for position, text in zip(there, texts, strict=True):
            filled[position] = text
        doubtful += [there[position] for position in unsure]
    return filled, doubtful
