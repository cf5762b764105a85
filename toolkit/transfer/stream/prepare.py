"""Blocks made ready for the server, ahead of it: judged natively and written in COPY's format."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.stream.blocks import Block
from toolkit.transfer.stream.copying import copy_text
from toolkit.transfer.stream.native import NativeJudge

_TOGETHER: Final = 1_000
"""Lines that are judged at once: so few that the thread which writes need not wait long for its turn."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One block. Positions count within it."""

    block: Block
    accepted: Sequence[int]
    """The rows that the native judge takes."""
    columns: Mapping[str, Sequence[Cell]]
    """Their cells."""
    text: bytes
    """The same in COPY's format."""
    doubtful: Sequence[int]
    """The rows for the exact judge."""

    def without(self, positions: Collection[int], table: TablePlan) -> Prepared:
        """The same, with these of the accepted rows for the exact judge."""
        if not positions:
            return self
        kept = [place for place, at in enumerate(self.accepted) if at not in positions]
        columns = {name: [cells[place] for place in kept] for name, cells in self.columns.items()}
        return Prepared(
            self.block,
            [self.accepted[place] for place in kept],
            columns,
            copy_text([columns[name] for name in table.columns]),
            sorted([*self.doubtful, *positions]),
        )


def prepared(
    blocks: Iterable[Block], table: TablePlan, native: NativeJudge | None, apart: Collection[int]
) -> Iterator[Prepared]:
    """Blocks as they are read. The records at the positions `apart` (in the source) are left out."""
    for block in blocks:
        last = block.first + len(block.lines)
        chosen: Sequence[int] = range(len(block.lines))
        if apart and any(block.first <= position < last for position in apart):
            chosen = [at for at in chosen if block.first + at not in apart]
        if native is None:
            yield Prepared(block, (), {}, b"", chosen)
            continue
        yield _judged(block, chosen, table, native)


def _judged(block: Block, chosen: Sequence[int], table: TablePlan, native: NativeJudge) -> Prepared:
    accepted: list[int] = []
    doubtful: list[int] = []
    columns: dict[str, list[Cell]] = {name: [] for name in table.columns}
    texts: list[bytes] = []
    for start in range(0, len(chosen), _TOGETHER):
        part = chosen[start : start + _TOGETHER]
        found = native.judge([block.lines[at] for at in part])
        doubtful += [part[place] for place in found.doubtful]
        if found.kept:
            accepted += [part[place] for place in found.kept]
            texts.append(copy_text([found.columns[name] for name in table.columns]))
            for name, cells in columns.items():
                cells += found.columns[name]
    return Prepared(block, accepted, columns, b"".join(texts), doubtful)
