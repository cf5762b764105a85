"""Which keys of an object stood before, in a few bytes for each of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import Final

_RECENT: Final = 50_000
"""How many keys are kept as they are; older ones as 64-bit hashes, sorted."""

_MERGED: Final = 200_000
"""Up to this size runs are merged; while two are, their hashes take four times their room."""


class SeenKeys:
    """Remembers keys in about 8 bytes each.

    Two different keys among millions may have one hash: among five million that happens in one file of a
    million, and the later one is then taken for a key that stands twice. A key that does is always noticed.
    """

    def __init__(self) -> None:
        self._recent: set[str] = set()
        self._runs: list[array[int]] = []

    def add(self, key: str) -> bool:
        """Remember `key`; whether it stood before."""
        if key in self._recent:
            return True
        if self._runs and self._in_runs(hash(key)):
            return True
        self._recent.add(key)
        if len(self._recent) >= _RECENT:
            self._settle()
        return False

    def _in_runs(self, number: int) -> bool:
        for run in self._runs:
            at = bisect_left(run, number)
            if at < len(run) and run[at] == number:
                return True
        return False

    def _settle(self) -> None:
        """Turn the recent keys into a run; small runs become one, so that there are few."""
        run = array("q", sorted(map(hash, self._recent)))
        self._recent.clear()
        while self._runs and len(self._runs[-1]) <= len(run) <= _MERGED:
            run = array("q", sorted((*self._runs.pop(), *run)))
        self._runs.append(run)
