"""Blocks made ready for the server, ahead of it: judged natively and written in COPY's format."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Final

from toolkit.transfer.judge.plan import TablePlan
from toolkit.transfer.judge.rows import Cell, Fill
from toolkit.transfer.stream.blocks import Block
from toolkit.transfer.stream.copying import copy_text
from toolkit.transfer.stream.fields import Natives

_TOGETHER: Final = 1_000
"""Lines that are judged at once: so few that the thread which writes need not wait long for its turn."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One block. Positions count within it."""

    block: Block
    accepted: Sequence[int]
    """The rows that the native judge takes."""
    columns: Mapping[str, Sequence[Cell]]
    """Their cells in the columns that the server may be asked about."""
    text: bytes
    """All their cells in COPY's format."""
    defaults: bool
    """Whether some of the cells are for the server to fill."""
    doubtful: Sequence[int]
    """The rows for the exact judge."""
    noted: Mapping[tuple[str, str], Sequence[int]]
    """By column and rule of the mapping: the accepted rows of which it altered the value."""

    def without(self, positions: Collection[int]) -> Prepared:
        """The same, with these of the accepted rows for the exact judge."""
        if not positions:
            return self
        kept = [at not in positions for at in self.accepted]
        lines = self.text.splitlines(keepends=True) if any(kept) else ()
        return replace(
            self,
            accepted=list(compress(self.accepted, kept)),
            columns={name: list(compress(cells, kept)) for name, cells in self.columns.items()},
            text=b"".join(compress(lines, kept)),
            doubtful=sorted([*self.doubtful, *positions]),
            noted={rule: [at for at in rows if at not in positions] for rule, rows in self.noted.items()},
        )


def prepared(
    blocks: Iterable[Block], table: TablePlan, natives: Natives, apart: Collection[int]
) -> Iterator[Prepared]:
    """Blocks as they are read. The records at the positions `apart` (in the source) are left out."""
    asked = _asked(table)
    for block in blocks:
        last = block.first + len(block.lines)
        chosen: Sequence[int] = range(len(block.lines))
        if apart and any(block.first <= position < last for position in apart):
            chosen = [at for at in chosen if block.first + at not in apart]
        yield _judged(block, chosen, table, natives, asked)


def _asked(table: TablePlan) -> list[str]:
    """The columns that make keys of the table or lead to other ones, or whose numbers the server gives."""
    keys = {name for unique in table.target.uniques for name in unique.columns}
    keys.update(name for foreign in table.target.foreign_keys for name in foreign.columns)
    return [
        name for name, column in table.columns.items() if name in keys or column.target.sequence is not None
    ]


def _judged(
    block: Block, chosen: Sequence[int], table: TablePlan, natives: Natives, asked: Sequence[str]
) -> Prepared:
    accepted: list[int] = []
    doubtful: list[int] = []
    columns: dict[str, list[Cell]] = {name: [] for name in asked}
    texts: list[bytes] = []
    noted: dict[tuple[str, str], list[int]] = {}
    defaults = False
    plain = natives.plain(block)
    filled = [name for name, column in table.columns.items() if column.target.has_default]
    for start in range(0, len(chosen), _TOGETHER):
        part = chosen[start : start + _TOGETHER]
        found = natives.judge(block, part)
        doubtful += [part[place] for place in found.doubtful]
        if found.kept:
            accepted += [part[place] for place in found.kept]
            texts.append(copy_text({name: found.columns[name] for name in table.columns}, plain))
            for name, cells in columns.items():
                cells += found.columns[name]
            defaults = defaults or any(Fill.DEFAULT in found.columns[name] for name in filled)
            for rule, places in found.noted.items():
                noted.setdefault(rule, []).extend(part[place] for place in places)
    return Prepared(block, accepted, columns, b"".join(texts), defaults, doubtful, noted)
