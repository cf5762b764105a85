"""Which records a native judge accepts, with their cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.stream.columns import Cells


@dataclass(frozen=True, slots=True)
class NativeBlock:
    """What became of some records, which are counted from 0."""

    kept: Sequence[int]
    """Those that were accepted."""
    columns: Mapping[str, Sequence[Cell]]
    """Their cells."""
    doubtful: Sequence[int]
    """The others."""
    noted: Mapping[tuple[str, str], Sequence[int]] = field(default_factory=dict)
    """By column and rule of the mapping: the accepted records of which it altered the value."""


def block_of(
    count: int,
    kept: Sequence[int],
    doubted: Collection[int],
    judged: Iterable[tuple[str, Cells]],
    constants: Mapping[str, Cell],
) -> NativeBlock:
    """The block that these cells make of so many records, of which the ones `kept` were decoded."""
    columns: dict[str, Sequence[Cell]] = {name: [cell] * len(kept) for name, cell in constants.items()}
    noted: dict[tuple[str, str], Sequence[int]] = {}
    doubtful = set(doubted)
    for name, cells in judged:
        columns[name] = cells.cells
        doubtful.update(cells.doubtful)
        for rule, places in cells.noted.items():
            noted[name, rule] = places
    if not doubtful and len(kept) == count:
        return NativeBlock(kept, columns, (), noted)
    sound = [place not in doubtful for place in range(len(kept))]
    noted = {rule: [kept[place] for place in places if sound[place]] for rule, places in noted.items()}
    kept = list(compress(kept, sound))
    columns = {name: list(compress(cells, sound)) for name, cells in columns.items()}
    accepted = set(kept)
    return NativeBlock(kept, columns, [at for at in range(count) if at not in accepted], noted)
