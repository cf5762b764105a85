"""Blocks made ready for the server, ahead of it: judged natively and written in COPY's format."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.stream.blocks import Block
from toolkit.transfer.stream.copying import copy_text
from toolkit.transfer.stream.native import NativeBlock, NativeJudge


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
        lines = block.lines if len(chosen) == len(block.lines) else [block.lines[at] for at in chosen]
        found = _native(native, lines)
        text = copy_text([found.columns[name] for name in table.columns]) if found.kept else b""
        accepted = found.kept if lines is block.lines else [chosen[place] for place in found.kept]
        yield Prepared(block, accepted, found.columns, text, [chosen[place] for place in found.doubtful])


def _native(native: NativeJudge, lines: Sequence[bytes]) -> NativeBlock:
    return native.judge(lines) if lines else NativeBlock((), {}, ())
