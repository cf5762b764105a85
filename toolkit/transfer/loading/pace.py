"""How far a step is, how fast it goes, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from toolkit.events import Progress

_SETTLING: Final = 0.5
"""Seconds before a rate says anything."""


class Pace:
    """Measures one step from the moment it is made."""

    def __init__(self, step: str, unit: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._step = step
        self._unit = unit
        self._clock = clock
        self._begun = clock()
        self._first: int | None = None

    def at(self, done: int, total: int | None) -> Progress:
        """The event for so much done. What was done at the first call was done before."""
        if self._first is None:
            self._first = done
        seconds = self._clock() - self._begun
        fresh = done - self._first
        if seconds < _SETTLING or fresh <= 0:
            return Progress(self._step, done, total, self._unit)
        rate = fresh / seconds
        left = None if total is None else max(total - done, 0) / rate
        return Progress(self._step, done, total, self._unit, rate, left)
