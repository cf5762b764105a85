"""Which keys may stand more than once in a source, in eight bytes for each.

Equal keys have equal hashes. The reverse does not hold, so the exact judge looks at a few rows too many.
Hashes are of this process alone and are never kept.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, cast

from toolkit.transfer.judge.rows import Fill
from toolkit.transfer.target.table import TargetTable, UniqueRule

_TOGETHER: Final = 1 << 20
"""So many hashes are compared at once; more are kept in sorted runs."""
_STEP: Final = 1 << 16
"""Of the runs about so many hashes of each are compared at once."""
_SPELLINGS: Final[Mapping[str, Callable[[str], object]]] = {
    "int2": int,
    "int4": int,
    "int8": int,
    "numeric": Decimal,
    "float4": float,
    "float8": float,
    "citext": str.lower,
    "bpchar": lambda text: text.rstrip(" "),
}
"""Types whose equal values may be unequal texts, and a value that is then equal."""


class HashLog:
    """Hashes as they come, and those that came more than once."""

    def __init__(self) -> None:
        self._sorted: list[array[int]] = []
        self._open = array("q")

    def add(self, hashes: Sequence[int | None]) -> None:
        """Take in the hashes of some keys; None is none."""
        whole = [one for one in hashes if one is not None] if None in hashes else hashes
        self._open.extend(cast("Sequence[int]", whole))
        if len(self._open) >= _TOGETHER:
            self._sorted.append(array("q", sorted(self._open)))
            self._open = array("q")

    def repeated(self) -> set[int]:
        """The hashes that came more than once."""
        if not self._sorted:
            return _twice(self._open)
        runs = [*self._sorted, array("q", sorted(self._open))]
        found: set[int] = set()
        samples = sorted(one for run in runs for one in run[::_STEP])
        begins = [0] * len(runs)
        for bound in (*samples[:: len(runs)], None):
            ends = [len(run) if bound is None else bisect_right(run, bound) for run in runs]
            part = array("q")
            for run, begin, end in zip(runs, begins, ends, strict=True):
                part += run[begin:end]
            found |= _twice(part)
            begins = ends
        return found


def _twice(hashes: array[int]) -> set[int]:
    if len(set(hashes)) == len(hashes):
        return set()
    return {one for one, other in pairwise(sorted(hashes)) if one == other}


def key_hashes(
    target: TargetTable, unique: UniqueRule, columns: Mapping[str, Sequence[object]]
) -> list[int | None]:
    """The hash of each row's key; None where the rule does not compare the row."""
    parts = [_comparable(target, name, columns[name]) for name in unique.columns]
    if len(parts) == 1 and set(map(type, parts[0])) in ({str}, {int}):
        return list(map(hash, parts[0]))
    hashes: list[int | None] = []
    for key in zip(*parts, strict=True):
        missing = Fill.DEFAULT in key or (None in key and unique.nulls_distinct)
        hashes.append(None if missing else hash(key[0] if len(key) == 1 else key))
    return hashes


def _comparable(target: TargetTable, name: str, cells: Sequence[object]) -> Sequence[object]:
    spelled = _SPELLINGS.get(target.columns[name].type.name)
    if spelled is None or set(map(type, cells)) == {int}:
        return cells
    return [spelled(cell) if isinstance(cell, str) else cell for cell in cells]
