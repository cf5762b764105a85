"""Where a value sits: field paths inside one record, and row pointers inside a whole source.

A field path is `a.b` (field names joined by dots), a JSON Pointer (`/a.b/c`, for names that hold a dot) or
one of the words `@value`, `@key`, `@index`, and `@1` to `@9`: what the first to ninth `*` of the row pointer
stands for, so that `@1` of `/*/*` is the outer key. A row pointer is a JSON Pointer in which `*` stands for
each element of an array or each member of an object. Both are values; nothing here reads a source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

EACH: Final = "*"
VALUE: Final = "@value"
KEY: Final = "@key"
INDEX: Final = "@index"
_WORDS: Final = (VALUE, KEY, INDEX)
_STARS: Final = tuple(f"@{number}" for number in range(1, 10))


@dataclass(frozen=True, slots=True)
class FieldPath:
    """The way from a record to one value. `word` is set for `@value`, `@key`, `@index` and `@1` to `@9`."""

    names: tuple[str, ...]
    word: str | None = None

    @classmethod
    def parse(cls, text: str) -> FieldPath:
        """Read a field path. Raises ValueError with a sentence when it is none."""
        if text in _WORDS or text in _STARS:
            return cls((), text)
        if text.startswith("@"):
            raise ValueError(f"{text!r} is no known word; there are {', '.join(_WORDS)} and @1 to @9")
        names = parse_pointer(text) if text.startswith("/") else tuple(text.split("."))
        if not names or "" in names:
            raise ValueError(f"{text!r} names no field")
        return cls(names)

    @property
    def star(self) -> int | None:
        """Which `*` of the row pointer the value stands for, from 1."""
        return int(self.word[1:]) if self.word in _STARS and self.word else None

    def __str__(self) -> str:
        return self.word or ".".join(self.names)


@lru_cache(maxsize=1024)
def field_path(text: str) -> FieldPath:
    """The field path that a mapping writes like this. Raises ValueError with a sentence when it is none."""
    return FieldPath.parse(text)


@dataclass(frozen=True, slots=True)
class RowPointer:
    """Which values of a source are the rows of a table: `/users/*`, `/users/*/tasks/*`."""

    tokens: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> RowPointer:
        """Read a row pointer. Raises ValueError with a sentence when it is none."""
        if not text.startswith("/"):
            raise ValueError(f"{text!r} must begin with '/', as in '/users/*'")
        tokens = parse_pointer(text)
        if tokens[-1] != EACH:
            raise ValueError(f"{text!r} must end with '/*': one row for each element")
        return cls(tokens)

    @property
    def container(self) -> tuple[str, ...]:
        """The tokens before the first `*`: where in the document the outermost records stand."""
        return self.tokens[: self.tokens.index(EACH)]

    @property
    def inner(self) -> tuple[str, ...]:
        """The tokens after the first `*`: the way from an outermost record to a row."""
        return self.tokens[self.tokens.index(EACH) + 1 :]

    def encloses(self, other: RowPointer) -> bool:
        """Whether a row of `other` lies inside a row of this pointer."""
        return len(self.tokens) <= len(other.tokens) and other.tokens[: len(self.tokens)] == self.tokens

    def __str__(self) -> str:
        return pointer_text(self.tokens)


def parse_pointer(text: str) -> tuple[str, ...]:
    """The tokens of a JSON Pointer (RFC 6901), with `~1` and `~0` decoded."""
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text.split("/")[1:])


def pointer_text(tokens: Iterable[object]) -> str:
    """The JSON Pointer (RFC 6901) for these tokens; the empty text is the whole document."""
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
