"""Finding calls of functions in an expression as the server writes it, and whether a subquery holds them.

The text is walked with its quotes and parentheses in mind. It is never taken for more than it is: what is not
found is left as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

_TOKEN: Final = re.compile(
    r"""E?'(?:[^']|'')*'
    | (?P<name>(?:"(?:[^"]|"")*"|[A-Za-z_][\w$]*)(?:\.(?:"(?:[^"]|"")*"|[A-Za-z_][\w$]*))*)
    | (?P<open>\() | (?P<close>\)) | . """,
    re.VERBOSE | re.DOTALL,
)


def calls_per_row(text: str, names: AbstractSet[str]) -> list[str]:
    """The calls of `names` that stand outside of any subquery, as written."""
    return [text[start:end] for start, end in _calls(text, names)]


def wrapped(text: str, names: AbstractSet[str]) -> str:
    """`text` with each of those calls in a subquery of its own."""
    for start, end in reversed([*_calls(text, names)]):
        text = f"{text[:start]}(SELECT {text[start:end]}){text[end:]}"
    return text


def _calls(text: str, names: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Begin and end of each call. Each open parenthesis is remembered with what it belongs to."""
    opened: list[tuple[bool, int | None]] = []
    called: int | None = None
    for token in _TOKEN.finditer(text):
        if token["open"]:
            inside = bool(opened) and opened[-1][0]
            query = text[token.end() :].lstrip()[:6].upper() == "SELECT"
            opened.append((inside or query, called))
            called = None
        elif token["close"] and opened:
            subquery, start = opened.pop()
            outside = not any(held for held, _ in opened)
            # A call inside the arguments of another one is part of it.
            if (
                start is not None
                and not subquery
                and outside
                and not any(begin is not None for _, begin in opened)
            ):
                yield start, token.end()
        elif token["name"]:
            called = token.start() if token["name"] in names else None
        elif not token[0].isspace():
            called = None
