"""Chance that repeats.

Only `random()` and `getrandbits()` are used: Python promises their sequence for a seed, while the ways in
which `choice` and `shuffle` use it have changed between versions.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A source of choices, fixed by its seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - made-up data, no secrets

    def happens(self, probability: float) -> bool:
        """True with this probability, from 0 to 1."""
        return self._random.random() < probability

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def skewed(self, low: int, high: int) -> int:
        """A whole number, mostly near the low end."""
        return low + int(self._random.random() ** 3 * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.number(0, len(choices) - 1)]

    def some(self, choices: Sequence[T], most: int) -> list[T]:
        """At most so many different choices, mostly few of them."""
        chosen: list[T] = []
        for _ in range(self.skewed(1, most) if choices else 0):
            choice = self.pick(choices)
            if choice not in chosen:
                chosen.append(choice)
        return chosen

    def uuid(self) -> uuid.UUID:
        """A random (version 4) uuid."""
        return uuid.UUID(int=self._random.getrandbits(128), version=4)
