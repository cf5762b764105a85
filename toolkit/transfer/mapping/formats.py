"""Formats of dates: what one must have, and two that could read one text as two days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import combinations
from typing import Final

ISO: Final = "iso"
_YEARS: Final = ("%Y", "%y", "%G", "%c", "%x")
_TRIED: Final = tuple(datetime(*parts) for parts in ((2001, 2, 3, 4, 5, 6), (2012, 11, 10, 9, 8, 7)))  # noqa: DTZ001 - written and read without a zone


def format_problem(formats: tuple[str, ...]) -> str | None:
    """What is wrong with the formats of a column, as a sentence; None when nothing is."""
    if not formats:
        return "'formats' is empty"
    for form in formats:
        if form != ISO and not any(year in form for year in _YEARS):
            return f"the format {form!r} has no year"
    return next(_ambiguities(formats), None)


def _ambiguities(formats: Iterable[str]) -> Iterator[str]:
    for one, other in combinations([form for form in formats if form != ISO], 2):
        for tried in _TRIED:
            text = tried.strftime(one)
            first, second = _read(text, one), _read(text, other)
            if first is not None and second is not None and first.date() != second.date():
                days = f"{first:%Y-%m-%d} as {one!r} and {second:%Y-%m-%d} as {other!r}"
                yield f"{text!r} reads as {days}; say which of the two formats the source has"
                break


def _read(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - only two days are compared
    except ValueError:
        return None
