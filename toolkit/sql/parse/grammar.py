"""The interface to a parser of PostgreSQL's grammar.

Any binding of libpg_query serves that gives its JSON form of syntax trees: a node is a mapping with one key,
the node's type, and fields that have their zero value are left out. Nothing here parses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Tree: TypeAlias = Mapping[str, Any]
"""A syntax tree, or a part of one, in libpg_query's JSON form."""


@dataclass(frozen=True, slots=True)
class ParsedPiece:
    """One statement as the parser found it, with what stands before it (white space, comments)."""

    start: int
    """In bytes of the UTF-8 text, from 0."""
    length: int
    """In bytes; 0 means up to the end."""
    tree: Tree


class Grammar(Protocol):
    """Parses whole scripts."""

    def parse(self, text: str) -> Sequence[ParsedPiece]:
        """The statements of the text, in order.

        Raises:
            GrammarError: the text does not parse.
        """
        ...


class GrammarError(Exception):
    """A parser's refusal; never leaves this package (`SqlSyntaxError` does)."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        """In characters, from 0."""
