"""Which forms all texts of a field have: each text strikes out those that it does not have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from toolkit.transfer.values.words import FALSE_WORDS, TRUE_WORDS

UNSET: Final = (
    "", "n/a", "N/A", "null", "NULL", "none", "None", "-", "0000-00-00", "0000-00-00 00:00:00",
    "0001-01-01T00:00:00Z",
)  # fmt: skip
"""Texts that often stand for no value. They strike nothing out."""
FORMATS: Final = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d-%m-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y",
    "%B %d, %Y",
)  # fmt: skip
TIMED: Final = (
    "%d/%m/%Y %H:%M %z", "%m/%d/%Y %H:%M %z", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z", "%a %b %d %H:%M:%S %z %Y", "%d/%b/%Y:%H:%M:%S %z",
)  # fmt: skip
"""Formats of date-times that are tried beside ISO 8601."""

_UUID: Final = re.compile(r"(urn:uuid:)?\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)
_INTEGER: Final = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"\d\d:\d\d(:\d\d([.,]\d+)?)?", re.ASCII)
_MOMENT: Final = r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?"
_AWARE: Final = re.compile(_MOMENT + r"([Zz]|[+-]\d\d(:?\d\d)?)", re.ASCII)
_NAIVE: Final = re.compile(_MOMENT, re.ASCII)
_OBJECT_ID: Final = re.compile(r"[0-9a-f]{24}")
_HEX: Final = re.compile(r"([0-9A-Fa-f]{2})+")
_BASE64: Final = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DIGIT: Final = re.compile(r"\d")
_WORDS: Final = frozenset({*TRUE_WORDS, *FALSE_WORDS})

_CHECKS: Final[dict[str, Callable[[str], object]]] = {
    "uuid": _UUID.fullmatch,
    "int": _INTEGER.fullmatch,
    "decimal": _DECIMAL.fullmatch,
    "date": _DATE.fullmatch,
    "time": _TIME.fullmatch,
    "aware": _AWARE.fullmatch,
    "naive": _NAIVE.fullmatch,
    "moment": lambda text: _AWARE.fullmatch(text) or _NAIVE.fullmatch(text),
    "bool": lambda text: text.lower() in _WORDS,
    "objectid": _OBJECT_ID.fullmatch,
    "hex": _HEX.fullmatch,
    "base64": _BASE64.fullmatch,
}


class Forms:
    """The forms that are left after all texts so far."""

    def __init__(self) -> None:
        self.left: list[str] = [*_CHECKS, *FORMATS, *TIMED]
        self.texts = 0
        self.longest = 0
        """In characters."""
        self.padded = 0
        """Texts with whitespace at an end."""
        self.unset: dict[str, int] = {}
        """How often each of `UNSET` stood there."""

    def add(self, text: str) -> None:
        """Strike out what this text does not have."""
        self.longest = max(self.longest, len(text))
        if text in UNSET:
            self.unset[text] = self.unset.get(text, 0) + 1
            return
        self.texts += 1
        bare = text.strip()
        self.padded += len(bare) != len(text)
        if self.left:
            self.left = list(_fitting(self.left, bare))

    def has(self, form: str) -> bool:
        """Whether all texts have the form, and there is one."""
        return self.texts > 0 and form in self.left

    def formats(self, known: Iterable[str]) -> tuple[str, ...]:
        """Which of these formats all texts have."""
        return tuple(form for form in known if self.has(form))

    def merge(self, other: Forms) -> None:
        """Take in what the other one has seen."""
        if other.texts:
            self.left = [form for form in self.left if form in other.left]
        self.texts += other.texts
        self.longest = max(self.longest, other.longest)
        self.padded += other.padded
        for text, count in other.unset.items():
            self.unset[text] = self.unset.get(text, 0) + count


def _fitting(forms: list[str], text: str) -> Iterator[str]:
    digits = _DIGIT.search(text) is not None
    for form in forms:
        check = _CHECKS.get(form)
        if check(text) if check is not None else digits and _reads(text, form):
            yield form


def _reads(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True
