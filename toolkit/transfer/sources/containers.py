"""Where in a source the records stand.

A container is the way to an array or object whose elements are records: `("users",)`, or `()` for the top
level. A `*` in it stands for every member, so `("*",)` is each list of `{"owner": [...], ...}`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from toolkit.transfer.mapping.paths import EACH

Container: TypeAlias = tuple[str, ...]


class Containers:
    """The containers that a reader looks for, and those it has found."""

    def __init__(self, wanted: frozenset[Container]) -> None:
        self.wanted = wanted
        self.found: set[Container] = set()
        self._patterns = tuple(container for container in sorted(wanted) if EACH in container)
        self._inner = {container[:length] for container in wanted for length in range(len(container))}

    def at(self, path: Sequence[str | int]) -> Container | None:
        """The container that this path is."""
        if path in self.wanted:
            return tuple(map(str, path))
        return next((found for found in self._patterns if _matches(found, path)), None)

    def below(self, path: Sequence[str | int]) -> bool:
        """Whether a container lies inside what stands at this path."""
        if path in self._inner:
            return True
        return any(_matches(found[: len(path)], path) and len(found) > len(path) for found in self._patterns)

    def each_below(self, path: Sequence[str | int]) -> bool:
        """Whether the members of what stands here are meant by `*`, so that it may be an array."""
        return any(
            len(found) > len(path) and found[len(path)] == EACH and _matches(found[: len(path)], path)
            for found in self._patterns
        )

    def missing(self) -> tuple[Container, ...]:
        """The containers that were not found, in order."""
        return tuple(sorted(self.wanted - self.found))


def _matches(pattern: Container, path: Sequence[str | int]) -> bool:
    return len(pattern) == len(path) and all(
        one in (EACH, other) for one, other in zip(pattern, path, strict=True)
    )
