"""Why one value does not fit its column."""

from __future__ import annotations

import json
from typing import Final

from toolkit.transfer.sources.record import Number, Value

SHOWN: Final = 80
"""How many characters of a value a message shows."""


class UnfitError(Exception):
    """A value that does not fit. Never leaves the judge, who turns it into a `Reject`."""

    def __init__(self, code: str, reason: str, hint: str = "", inside: tuple[str | int, ...] = ()) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.hint = hint
        self.inside = inside
        """The way from the value to what is wrong in it; empty for the value itself."""

    def within(self, *tokens: str | int) -> UnfitError:
        """The same about a value that stands inside another one."""
        return UnfitError(self.code, self.reason, self.hint, (*tokens, *self.inside))


def shown(value: Value) -> str:
    """The value in a message: as JSON, in ASCII, at most `SHOWN` characters."""
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"an object of {len(value)} fields"
    text = value.text if isinstance(value, Number) else json.dumps(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def kind_of(value: Value) -> str:
    """The JSON type, with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, Number):
        return "a number"
    return "an object" if isinstance(value, dict) else "a list"


def wrong_kind(value: Value, wanted: str, hint: str = "") -> UnfitError:
    """The error for a value of another JSON type than the column takes."""
    return UnfitError("wrong_type", f"{kind_of(value)} where the column takes {wanted}", hint)
