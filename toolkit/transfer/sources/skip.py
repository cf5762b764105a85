"""Step over a JSON value without keeping it: for values that are too large or too deep to be decoded.

Only what brackets and quotes say is checked.
"""

from __future__ import annotations

import json
import re
from typing import Final, NoReturn

from toolkit.transfer.sources.window import Window

_STRUCTURE: Final = re.compile(r'["\[\]{}]')
_STRING: Final = re.compile(r'["\\]')
_SCALAR_END: Final = re.compile(r"[\s,:\]}]")
_TEXTS: Final = re.compile(r'"(?:[^"\\]+|\\.)*"', re.DOTALL)
_NO_BRACKETS: Final = re.compile(r"[^\[\]{}]+")
_CLOSING: Final = {"[": "]", "{": "}"}


def depth_of(text: str) -> int:
    """How deep a whole JSON value nests; 0 for a scalar."""
    depth = deepest = 0
    for bracket in _NO_BRACKETS.sub("", _TEXTS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def skip_value(window: Window) -> tuple[int, int]:
    """Move behind the value that begins at `window.at`; its length in characters, and how deep it nests.

    Raises `json.JSONDecodeError` where its brackets do not match or the input ends inside it.
    """
    walk = _Walk(window)
    opening = window.text[window.at]
    if opening == '"':
        window.at += 1
        walk.string()
    elif opening in _CLOSING:
        walk.brackets()
    else:
        walk.to(_SCALAR_END, beyond=False, at_end=True)
    return walk.length + window.at, walk.deepest


class _Walk:
    def __init__(self, window: Window) -> None:
        self._window = window
        self.length = -window.at
        self.deepest = 0

    def brackets(self) -> None:
        open_ones: list[str] = []
        while True:
            found = self.to(_STRUCTURE)
            if found == '"':
                self.string()
            elif found in _CLOSING:
                open_ones.append(_CLOSING[found])
                self.deepest = max(self.deepest, len(open_ones))
            elif found == open_ones[-1]:
                open_ones.pop()
            else:
                self._fail(f"Expecting {open_ones[-1]!r}", self._window.at - 1)
            if not open_ones:
                return

    def string(self) -> None:
        while self.to(_STRING) == "\\":
            while self._window.at == len(self._window.text):
                self._more()
            self._window.at += 1

    def to(self, pattern: re.Pattern[str], *, beyond: bool = True, at_end: bool = False) -> str:
        window = self._window
        while (match := pattern.search(window.text, window.at)) is None:
            window.at = len(window.text)
            if window.ended and at_end:
                return ""
            self._more(at_end=at_end)
        window.at = match.end() if beyond else match.start()
        return match.group()

    def _more(self, *, at_end: bool = False) -> None:
        before = self._window.at
        if not self._window.grow() and not at_end:
            self._fail("Expecting value", len(self._window.text))
        self.length += before - self._window.at

    def _fail(self, message: str, position: int) -> NoReturn:
        raise json.JSONDecodeError(message, self._window.text, position)
