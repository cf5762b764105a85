"""One column through the exact judge's own coercion, value by value; its row stays on the fast road.

For values that no vector knows, and for columns that have none. What does not fit is doubtful: why, the exact
judge says, which sees the whole row then.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, TypeAlias

from toolkit.transfer.judge.bind import ColumnPlan
from toolkit.transfer.judge.cells import filled
from toolkit.transfer.judge.rows import Cell, Missing
from toolkit.transfer.sources.exact_json import ExactDecoder, skip_space
from toolkit.transfer.sources.record import Value
from toolkit.transfer.values.unfit import UnfitError

Made: TypeAlias = "tuple[Cell, tuple[str, ...]]"
"""A cell, and the rules of the mapping that altered the value."""

_DEPTH: Final = 50
"""With at most so many brackets a value cannot make its record too deep."""
_SHORT: Final = 40
"""Only values of so few characters are remembered: words and codes come again, others seldom do."""
_REMEMBERED: Final = 5_000


class ExactColumn:
    """One column. The plan is its own: a coercion tells what it altered in a list that no other may use."""

    def __init__(self, column: ColumnPlan) -> None:
        self._column = column
        self._decoder = ExactDecoder()
        self._of_text: dict[str, Made | None] = {}
        self._of_json: dict[str, Made | None] = {}

    def of(self, value: Value | Missing) -> Made | None:
        """What the exact judge makes of a value, or of none; None where it objects."""
        column = self._column
        column.noted.clear()
        try:
            cell = filled(column, value, column.coerce)
        except UnfitError:
            return None
        finally:
            rules = tuple(dict.fromkeys(column.noted))
            column.noted.clear()
        return None if cell is None and column.target.not_null else (cell, rules)

    def of_text(self, text: str) -> Made | None:
        """The same for a text."""
        return _remembered(self._of_text, text, self.of)

    def of_json(self, text: str) -> Made | None:
        """The same for a value that is written in JSON; None, too, if it has a flaw."""
        return _remembered(self._of_json, text, self._decoded)

    def _decoded(self, text: str) -> Made | None:
        value = decoded(self._decoder, text)
        return None if value is None else self.of(value[0])


def decoded(decoder: ExactDecoder, text: str) -> tuple[Value] | None:
    """The value of a JSON text, exactly; None if it has a flaw or is deep."""
    if text.count("[") + text.count("{") > _DEPTH:
        return None
    try:
        value, end, flaws = decoder.decode(text, 0)
    except json.JSONDecodeError:
        return None
    return None if flaws or skip_space(text, end) < len(text) else (value,)


def _remembered(known: dict[str, Made | None], text: str, make: Callable[[str], Made | None]) -> Made | None:
    if text in known:
        return known[text]
    made = make(text)
    if len(text) <= _SHORT and len(known) < _REMEMBERED:
        known[text] = made
    return made
