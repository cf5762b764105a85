"""Fields that hold an object of which some members are mapped, as in `from = "address.city"`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from toolkit.transfer.judge.rows import MISSING, Missing
from toolkit.transfer.sources.exact_json import ExactDecoder
from toolkit.transfer.sources.record import Value
from toolkit.transfer.stream.columns import Cells, CellsBuilder, JudgedField, NativeColumn
from toolkit.transfer.stream.exactly import decoded
from toolkit.transfer.stream.found import Found

Covered: TypeAlias = "Mapping[str, Covered] | None"
"""The members that somebody maps or ignores, with what is covered in each; None: all of it is."""


def covered(paths: Iterable[Sequence[str]]) -> Covered:
    """What these ways into an object cover."""
    ways = [tuple(path) for path in paths]
    if () in ways:
        return None
    return {name: covered(way[1:] for way in ways if way[0] == name) for name in {way[0] for way in ways}}


class NestedField:
    """One field of the record, decoded exactly; each of its columns has the way to its value in it."""

    def __init__(
        self, name: str, columns: Sequence[tuple[tuple[str, ...], NativeColumn]], cover: Covered
    ) -> None:
        self.name = name
        self._columns = columns
        self._cover = cover
        self._decoder = ExactDecoder()

    @property
    def columns(self) -> Sequence[NativeColumn]:
        """The columns that are read from it."""
        return [column for _, column in self._columns]

    def only(self, names: Collection[str]) -> NestedField:
        """The same field for these columns alone; what nobody covers is doubtful all the same."""
        columns = [(way, column) for way, column in self._columns if column.name in names]
        return NestedField(self.name, columns, self._cover)

    def judged(self, found: Found) -> JudgedField:
        """The cells of each column, and where the field holds more than somebody covers."""
        values: list[Value | Missing] = [MISSING] * found.count
        for position in found.null:
            values[position] = None
        doubtful = set()
        for position, text in found.texts():
            value = decoded(self._decoder, text)
            if value is None or _strays(self._cover, value[0]):
                doubtful.add(position)
            else:
                values[position] = value[0]
        cells: list[tuple[str, Cells]] = []
        for way, column in self._columns:
            builder = CellsBuilder(found.count)
            for position, whole in enumerate(values):
                at = _at(whole, way)
                builder.put(position, None if at is None else column.exact.of(at[0]))
            cells.append((column.name, builder.built()))
        return cells, doubtful


def _strays(cover: Covered, value: Value) -> bool:
    """Whether something in the value is covered by nobody."""
    if cover is None or not isinstance(value, Mapping):
        return False
    return any(name not in cover or _strays(cover[name], member) for name, member in value.items())


def _at(value: Value | Missing, way: Sequence[str]) -> tuple[Value | Missing] | None:
    """What stands at the end of the way; None where the way leads through something else than objects."""
    for name in way:
        if value is None or isinstance(value, Missing):
            return (MISSING,)
        if not isinstance(value, Mapping):
            return None
        value = value.get(name, MISSING)
    return (value,)
