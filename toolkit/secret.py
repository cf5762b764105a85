"""A text that must not be seen: passwords, keys, URLs that hold a password.

Invariant: no `str`, `repr`, format, JSON encoder, pickle or traceback shows the text; only `reveal` gives it
out, and only the code that talks to a server calls that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, NoReturn

MASK: Final = "***"
_IN_URL: Final = re.compile(r"(\w://[^\s:/@'\"]*):[^\s'\"]*@")
"""Up to the last @ of a word: a password that should have been escaped may have one, too."""


def without_passwords(text: str) -> str:
    """The text with the password of every URL in it masked: foreign messages like to quote URLs."""
    return _IN_URL.sub(rf"\1:{MASK}@", text)


class Secret:
    """A text that shows as `***`, whatever its length."""

    __slots__ = ("_reveal",)

    def __init__(self, text: str) -> None:
        # A closure instead of a plain field: tracebacks that print locals print `repr`, and debuggers that
        # walk fields find a function.
        self._reveal: Callable[[], str] = lambda: text

    def reveal(self) -> str:
        """The text itself."""
        return self._reveal()

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __format__(self, spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self.reveal())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(("Secret", self.reveal()))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled: its text would leave the process")

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self
