"""Finding names by some of their letters: which of many fit, the best first. Pure; nothing is drawn here.

A name fits when it holds the letters of the query in their order, whatever their case. Better are, in this
order: a name that begins so, one with a word that begins so, one that holds the query in one piece, and one
whose letters stand close together; what is after the last dot counts more than what is before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


class Finder:
    """Names that are searched again and again, each time with a letter more or less."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [name.lower() for name in names]
        self._last: tuple[str, list[int]] = ("", list(range(len(self._names))))

    def find(self, query: str) -> list[int]:
        """The numbers of the names that fit, the best first; all in their order where nothing is asked."""
        wanted = query.lower().replace(" ", "")
        if not wanted:
            return list(range(len(self._names)))
        before, fitting = self._last
        among: Sequence[int] = fitting if wanted.startswith(before) else range(len(self._names))
        scored = [(score, number) for number in among if (score := fit(wanted, self._names[number]))]
        self._last = (wanted, [number for _, number in scored])
        scored.sort()
        return [number for _, number in scored]


def fit(wanted: str, name: str) -> tuple[int, int, int, str] | None:
    """How well a name fits, the smaller the better; None if it does not. Both in lower case."""
    base = name.rpartition(".")[2]
    at = base.find(wanted)
    if at >= 0:
        begins_word = at == 0 or not base[at - 1].isalnum()
        return (0 if at == 0 else 1 if begins_word else 2, at, len(name), name)
    if (at := name.find(wanted)) >= 0:
        return (3, at, len(name), name)
    if (span := _span(wanted, base)) is not None:
        return (4, span, len(name), name)
    if (span := _span(wanted, name)) is not None:
        return (5, span, len(name), name)
    return None


def letters(query: str, name: str) -> tuple[int, ...]:
    """Where in a name that fits the letters of the query stand."""
    wanted, lowered = query.lower().replace(" ", ""), name.lower()
    start = lowered.rfind(".") + 1
    for begin in (start, 0):
        if (at := lowered.find(wanted, begin)) >= 0:
            return tuple(range(at, at + len(wanted)))
    for begin in (start, 0):
        found = _pattern(wanted).search(lowered, begin)
        if found:
            return tuple(found.start(group) for group in range(1, len(wanted) + 1))
    return ()


def _span(wanted: str, name: str) -> int | None:
    """Over how many letters those of the query are spread; None if they are not there."""
    place, first = -1, -1
    for letter in wanted:
        place = name.find(letter, place + 1)
        if place < 0:
            return None
        if first < 0:
            first = place
    return place - first


def _pattern(wanted: str) -> re.Pattern[str]:
    return re.compile(".*?".join(f"({re.escape(letter)})" for letter in wanted))
