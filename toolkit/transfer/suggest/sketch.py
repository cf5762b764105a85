"""A sketch of a set of values: enough to tell whether one set holds another, in bounded memory.

It keeps the smallest hashes of all values. Two sketches are compared below the smaller of their bounds, where
both are complete: small sets exactly, large ones on the same sample of both.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

KEPT: Final = 32_768
"""How many hashes a sketch holds at least before it forgets the largest."""
_WHOLE: Final = 1 << 64


class Sketch:
    """A set of texts."""

    def __init__(self) -> None:
        self._hashes: set[int] = set()
        self._bound = _WHOLE
        self.repeats = 0
        """How many values were there before, of those that are kept."""

    def add(self, text: str) -> None:
        """Take a value in."""
        number = _hash(text)
        if number >= self._bound:
            return
        if number in self._hashes:
            self.repeats += 1
            return
        self._hashes.add(number)
        if len(self._hashes) > 2 * KEPT:
            kept = sorted(self._hashes)[:KEPT]
            self._hashes, self._bound = set(kept), kept[-1] + 1

    @property
    def distinct(self) -> int:
        """How many different values, exactly for a small set, estimated for a large one."""
        return round(len(self._hashes) * _WHOLE / self._bound)

    @property
    def unique(self) -> bool:
        """Whether no value came twice, of those that are kept."""
        return self.repeats == 0

    def inside(self, other: Sketch, *, but: str | None = None) -> float:
        """Which part of this set is in the other one, 0 to 1; `but` is a value that does not count."""
        bound = min(self._bound, other._bound)
        mine = {number for number in self._hashes if number < bound}
        if but is not None:
            mine.discard(_hash(but))
        return len(mine & other._hashes) / len(mine) if mine else 0.0

    def merge(self, other: Sketch) -> None:
        """Take in what the other one holds."""
        self.repeats += other.repeats + len(self._hashes & other._hashes)
        self._bound = min(self._bound, other._bound)
        self._hashes = {number for number in self._hashes | other._hashes if number < self._bound}


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
