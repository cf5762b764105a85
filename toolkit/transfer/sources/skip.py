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


class SkippedValue:
    """Moves a window behind the value that begins at `at`. `head` is the beginning of it."""

    def __init__(self, window: Window, kept: int) -> None:
        self.length = 0
        """In characters."""
        self.depth = 0
        """How deep it nests."""
        self.head = ""
        self._window = window
        self._kept = kept
        self._from = window.at

    def skip(self) -> None:
        """Raises `json.JSONDecodeError` where brackets do not match or the input ends inside the value."""
        opening = self._window.text[self._window.at]
        if opening == '"':
            self._window.at += 1
            self._string()
        elif opening in _CLOSING:
            self._brackets()
        else:
            self._scalar()
        self._take()

    def _scalar(self) -> None:
        window = self._window
        while (match := _SCALAR_END.search(window.text, window.at)) is None:
            window.at = len(window.text)
            self._take()
            if not window.grow():
                return
        window.at = match.start()

    def _brackets(self) -> None:
        open_ones: list[str] = []
        while True:
            found = self._to(_STRUCTURE)
            if found == '"':
                self._string()
            elif found in _CLOSING:
                open_ones.append(_CLOSING[found])
                self.depth = max(self.depth, len(open_ones))
            elif found == open_ones[-1]:
                open_ones.pop()
            else:
                self._fail(f"Expecting {open_ones[-1]!r}", self._window.at - 1)
            if not open_ones:
                return

    def _string(self) -> None:
        while self._to(_STRING) == "\\":
            if self._window.at == len(self._window.text):
                self._more()
            self._window.at += 1

    def _to(self, pattern: re.Pattern[str]) -> str:
        window = self._window
        while (match := pattern.search(window.text, window.at)) is None:
            window.at = len(window.text)
            self._more()
        window.at = match.end()
        return match.group()

    def _more(self) -> None:
        self._take()
        if not self._window.grow():
            self._fail("Expecting value", len(self._window.text))

    def _take(self) -> None:
        """Count what was stepped over since the last time, and forget it."""
        taken = self._window.at - self._from
        self.length += taken
        if len(self.head) < self._kept:
            self.head += self._window.text[self._from : self._window.at][: self._kept - len(self.head)]
        self._from = 0  # where `grow` puts what comes next

    def _fail(self, message: str, position: int) -> NoReturn:
        raise json.JSONDecodeError(message, self._window.text, position)
