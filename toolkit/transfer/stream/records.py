"""The native judge of rows of texts: what the exact reader of CSV gives, column by column.

The reader has cut the rows; what becomes of their cells is decided here, by the same columns as for JSON.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import cast

from msgspec import UNSET

from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.sources.record import SourceRecord, Value
from toolkit.transfer.stream.accepted import NativeBlock, block_of
from toolkit.transfer.stream.columns import Cells, NativeColumn
from toolkit.transfer.stream.found import found_values


class RecordJudge:
    """Judges records. `columns` go by the name of their field; `ignored` are fields nobody moves."""

    def __init__(
        self,
        columns: Sequence[tuple[str, NativeColumn]],
        constants: Mapping[str, Cell],
        ignored: Collection[str],
    ) -> None:
        self._columns = columns
        self._constants = constants
        self._covered = frozenset([*ignored, *(name for name, _ in columns)])
        self.plain = frozenset(column.name for _, column in columns if column.plain)
        """The columns whose cells COPY reads as they stand."""

    def judge(self, records: Sequence[SourceRecord]) -> NativeBlock:
        """Judge records of one file."""
        kept, values = self._rows(records)
        judged = self._judged(self._columns, len(kept), values)
        return block_of(len(records), kept, (), judged, self._constants)

    def keys(
        self, records: Sequence[SourceRecord], names: Collection[str]
    ) -> tuple[Sequence[int], Mapping[str, Sequence[object]], Sequence[int]]:
        """Which records are accepted as far as these columns go, their cells there, and the other records."""
        kept, values = self._rows(records)
        wanted = [(field, column) for field, column in self._columns if column.name in names]
        judged = self._judged(wanted, len(kept), values)
        constants = {name: cell for name, cell in self._constants.items() if name in names}
        block = block_of(len(records), kept, (), judged, constants)
        return block.kept, block.columns, block.doubtful

    def _rows(self, records: Sequence[SourceRecord]) -> tuple[Sequence[int], Mapping[str, Sequence[Value]]]:
        """The sound records, if all their fields are covered, and their values by field."""
        # All rows of a file have the fields of its header; the others are flawed.
        sound = [
            at for at, record in enumerate(records) if isinstance(record.value, dict) and not record.flaws
        ]
        if not sound:
            return [], {}
        rows = [cast("dict[str, Value]", records[at].value) for at in sound]
        header = tuple(rows[0])
        if not self._covered.issuperset(header):
            return [], {}
        columns = zip(*(row.values() for row in rows), strict=True)
        return sound, dict(zip(header, columns, strict=True))

    @staticmethod
    def _judged(
        columns: Sequence[tuple[str, NativeColumn]], count: int, values: Mapping[str, Sequence[Value]]
    ) -> Iterator[tuple[str, Cells]]:
        for field, column in columns:
            found = found_values(str, values.get(field, [UNSET] * count))
            yield column.name, column.judged(found)
