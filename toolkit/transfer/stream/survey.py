"""The first reading of a source: what only the whole of it tells.

How many records there are, which of them share a key with another one, and which fields nobody maps.
Nothing is rejected here, and the server is not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from toolkit.transfer.errors import UnmappedField, UnmappedFieldsError
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.sources.record import SourceRecord
from toolkit.transfer.stream.ahead import read_ahead
from toolkit.transfer.stream.blocks import Block, Blocks
from toolkit.transfer.stream.exact import ExactJudge
from toolkit.transfer.stream.fields import NativeKeys, Natives
from toolkit.transfer.stream.repeated import HashLog, key_hashes

MOST_REPEATED: Final = 100_000
"""So many rows that share a key are kept in memory; with more the source is not for this road."""
TOGETHER: Final = 2_000
"""Records that are looked at together; fewer than a block has, because nothing of them is kept."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found."""

    records: int
    digest: str | None
    """SHA-256 of the raw bytes, in hex."""
    notices: tuple[str, ...]
    repeated: Mapping[int, SourceRecord] | None
    """By position: the records whose row may share a key with another one. None: there are too many."""


class Surveyor:
    """Surveys the source of one table."""

    def __init__(self, exact: ExactJudge, natives: Natives, blocks: Callable[[], Blocks]) -> None:
        table = exact.table
        self._target = table.target
        self._uniques = [
            unique for unique in table.target.uniques if all(name in table.columns for name in unique.columns)
        ]
        keys = {name for unique in self._uniques for name in unique.columns}
        self._exact = exact
        self._native = NativeKeys(natives, keys)
        self._blocks = blocks
        self._strays: dict[tuple[str, str], UnmappedField] = {}

    def survey(self, told: Callable[[Blocks], None]) -> Survey:
        """Read the source, once or, if keys stand twice, twice. Raises `UnmappedFieldsError`."""
        logs = [HashLog() for _ in self._uniques]
        records = 0
        source = self._blocks()
        with ExitStack() as stack:
            for log in logs:
                stack.callback(log.close)
            for block in stack.enter_context(read_ahead(iter(source))):
                told(source)
                records += len(block.lines)
                for log, (_, hashes) in zip(logs, self._keys(block), strict=True):
                    log.add(hashes)
            if self._strays:
                raise UnmappedFieldsError(tuple(self._strays.values()))
            twice = [log.repeated() for log in logs]
        found = self._sharing(twice) if any(twice) else {}
        return Survey(records, source.digest, source.notices, found)

    def _sharing(self, twice: Sequence[set[int]]) -> dict[int, SourceRecord] | None:
        found: dict[int, SourceRecord] = {}
        for block in self._blocks():
            for hashes, (positions, keys) in zip(twice, self._keys(block), strict=True):
                for position, key in zip(positions, keys, strict=True):
                    if key in hashes and block.first + position not in found:
                        found[block.first + position] = block.record(position)
            if len(found) > MOST_REPEATED:
                return None
        return dict(sorted(found.items()))

    def _keys(self, block: Block) -> Iterator[tuple[Sequence[int], Sequence[int | None]]]:
        """For each unique rule: positions in the block, and the hash of the key of the row there."""
        kept, columns, doubtful = self._native.keys(block)
        rest, others = self._exactly(block, doubtful) if doubtful else ((), {})
        for unique in self._uniques:
            hashes = list(key_hashes(self._target, unique, columns)) if kept else []
            if rest:
                hashes += key_hashes(self._target, unique, others)
            yield [*kept, *rest] if rest else kept, hashes

    def _exactly(
        self, block: Block, positions: Sequence[int]
    ) -> tuple[list[int], Mapping[str, Sequence[Cell]]]:
        records = [block.record(position) for position in positions]
        try:
            judged = self._exact.judge(positions, records)
        except UnmappedFieldsError as error:
            self._stray(error.fields)
            return [], {}
        names = {name for unique in self._uniques for name in unique.columns}
        rows = zip(judged.sound, judged.rows, strict=True)
        whole = [(at, row) for at, row in rows if all(name in row.cells for name in names)]
        return [at for at, _ in whole], {name: [row.cells[name] for _, row in whole] for name in names}

    def _stray(self, fields: Sequence[UnmappedField]) -> None:
        for one in fields:
            old = self._strays.get((one.table, one.field))
            if old is not None:
                one = UnmappedField(one.table, one.field, old.rows + one.rows, old.where)
            self._strays[one.table, one.field] = one
