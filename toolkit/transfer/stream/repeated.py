"""Which keys may stand more than once in a source, in eight bytes for each, most of them in a temporary file.

Equal keys have equal hashes. The reverse does not hold, so the exact judge looks at a few rows too many.
Hashes are of this process alone and are never kept.
"""

from __future__ import annotations

import tempfile
from array import array
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import IO, Final, cast

from toolkit.transfer.judge.rows import Fill
from toolkit.transfer.target.table import TargetTable, UniqueRule

_TOGETHER: Final = 1 << 19
"""So many hashes are kept in memory; more of them go to a file, in sorted runs of this length."""
_STEP: Final = 1 << 15
"""So many hashes of each run are compared at once."""
_SIZE: Final = 8
"""Bytes of a hash."""
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
    """Hashes as they come, and those that came more than once. It must be closed."""

    def __init__(self) -> None:
        self._open = array("q")
        self._file: IO[bytes] | None = None
        self._written = 0
        self._runs: list[_Run] = []

    def add(self, hashes: Sequence[int | None]) -> None:
        """Take in the hashes of some keys; None is none."""
        whole = [one for one in hashes if one is not None] if None in hashes else hashes
        self._open.extend(cast("Sequence[int]", whole))
        if len(self._open) >= _TOGETHER:
            self._put_away()

    def repeated(self) -> set[int]:
        """The hashes that came more than once."""
        if not self._runs:
            return _twice(self._open)
        self._put_away()
        runs = [run for run in self._runs if run.ready]
        found: set[int] = set()
        part = array("q")
        while runs:
            bound = min(run.ready[-1] for run in runs)
            for run in runs:
                part += run.up_to(bound)
            found |= _twice(part)
            part = array("q", [bound])  # the next ones may begin with it, too
            runs = [run for run in runs if run.ready]
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _put_away(self) -> None:
        run = array("q", sorted(self._open))
        self._open = array("q")
        begin = self._written
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as this object
            self._file.seek(begin * _SIZE)
            run.tofile(self._file)
            self._file.flush()
        except OSError:  # there is no room: it stays in memory
            self._runs.append(_Run(lambda at, count: run[at : at + count], 0, len(run)))
            return
        self._written += len(run)
        self._runs.append(_Run(partial(_read, self._file), begin, self._written))


class _Run:
    """Sorted hashes from `begin` to `end` of what `read` gives, a few of them `ready`; at the end none is."""

    def __init__(self, read: Callable[[int, int], array[int]], begin: int, end: int) -> None:
        self._read = read
        self._next = begin
        self._end = end
        self.ready = array("q")
        self.up_to(0)

    def up_to(self, bound: int) -> array[int]:
        """The ready ones that are not above a bound; if no more are, others get ready."""
        place = bisect_right(self.ready, bound)
        taken, self.ready = self.ready[:place], self.ready[place:]
        if not self.ready:
            count = min(_STEP, self._end - self._next)
            self.ready = self._read(self._next, count)
            self._next += count
        return taken


def _read(file: IO[bytes], begin: int, count: int) -> array[int]:
    found = array("q")
    file.seek(begin * _SIZE)
    found.fromfile(file, count)
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
