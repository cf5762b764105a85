"""Legacy keys: one spelling for each, and the rows that have them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from toolkit.transfer.judge.rows import Row
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.notes import Note
from toolkit.transfer.values.numbers import exact
from toolkit.transfer.values.unfit import UnfitError, wrong_kind
from toolkit.transfer.values.words import uuid_of

ANOTHER_SPELLING: Final = "legacy key with another spelling"
"""How the alteration is called when a text finds a number that it is not written like."""
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,40}")


def legacy_key(value: Value) -> str:
    """The one spelling of a legacy key: `7`, `7.0` and `"7"` are the same, and so are those of a uuid."""
    if isinstance(value, Number):
        number = exact(value, from_text=False)
        whole = number.adjusted() < 40 and number == number.to_integral_value()
        return str(int(number)) if whole else str(number)
    if isinstance(value, bool) or not isinstance(value, str) or value == "":
        raise wrong_kind(value, "a legacy key, a text or number")
    try:
        return uuid_of(value)
    except UnfitError:
        return value


@dataclass(slots=True)
class LegacyIndex:
    """The rows of one section by their legacy keys."""

    rows: dict[str, Row] = field(default_factory=dict)
    numeric: bool = True
    """Whether all legacy keys are numbers, so that texts are read as numbers, too."""
    _folded: dict[str, str] = field(default_factory=dict)

    def add(self, row: Row, value: Value) -> None:
        """Take in a row with its legacy key as the source has it. The first of equal ones is found."""
        if row.legacy is None:
            return
        self.rows.setdefault(row.legacy, row)
        if not row.made:
            self.numeric = self.numeric and isinstance(value, Number)

    def find(self, value: Value, note: Note) -> tuple[str, Row | None]:
        """The spelling of the legacy key `value`, and its row. `note` is told when they look different."""
        key = legacy_key(value)
        row = self.rows.get(key)
        if row is None and self.numeric and _WHOLE.fullmatch(key):
            row = self.rows.get(str(int(key)))
            if row is not None:
                key = str(int(key))
                note(ANOTHER_SPELLING)
        return key, row

    def near(self, key: str) -> str | None:
        """A legacy key that differs in case, spaces or Unicode form only."""
        if not self._folded:
            self._folded = {folded(known): known for known in self.rows}
        return self._folded.get(folded(key))


def as_number(value: Value) -> Number | None:
    """The number that a text of digits stands for, so that it finds a numeric key; None for others."""
    return Number(str(int(value))) if isinstance(value, str) and _WHOLE.fullmatch(value) else None


def folded(text: str) -> str:
    """The text without what people overlook: case, spaces at the ends, invisible marks, normal forms."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(mark for mark in plain if unicodedata.category(mark) not in ("Cf", "Cc")).strip()


def near_hint(near: str | None) -> str:
    """What to say about a near miss."""
    return "" if near is None else f"{near!a} is there, and differs only in case, spaces or Unicode form. "
