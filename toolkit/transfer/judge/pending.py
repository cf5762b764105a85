"""Keys that are not drawn yet. They stand in cells like texts, equal where they are the same key.

`assign = "serial"` draws numbers only for rows that fit, so that until then a new key is a token. Whatever
asks the server leaves rows with tokens out: no stored row can have a key that was not drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

_MARK: Final = "\0new key "


class NewKey(str):
    """The key of one new row, of the `ordinal`-th row of a section. Equal tokens become equal keys."""

    __slots__ = ()

    @classmethod
    def of(cls, section: str, ordinal: int) -> NewKey:
        """The token of this row."""
        return cls(f"{_MARK}{section} {ordinal}")


class Woven(str):
    """A text with new keys in it: an array of keys, or JSON with keys inside."""

    parts: Sequence[str | None]
    build: Callable[[Sequence[str | None]], str]

    @classmethod
    def of(cls, parts: Sequence[str | None], build: Callable[[Sequence[str | None]], str]) -> Woven | str:
        """The text that `build` makes of `parts`, at once where all of them are known."""
        text = build(parts)
        if not any(isinstance(part, NewKey) for part in parts):
            return text
        woven = cls(text)
        woven.parts, woven.build = parts, build
        return woven


def is_pending(cell: object) -> bool:
    """Whether the cell has no text for the server yet."""
    return isinstance(cell, NewKey | Woven)
