"""The condition of a trigger, cut out of the server's text of it.

The server has no function for the condition alone (it speaks of two rows, OLD and NEW), so it is found in
`pg_get_triggerdef`, past quoted names and texts, whatever they contain.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"""
      "(?:[^"]|"")*"          # a quoted name
    | E'(?:[^'\\]|''|\\.)*'   # a text with escapes
    | '(?:[^']|'')*'          # a text
    | [()]
    | \w+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)


def condition_of(definition: str) -> str | None:
    """What stands between the parentheses of `WHEN (...)`, or None."""
    depth = 0
    start: int | None = None
    when_seen = False
    for token in _TOKEN.finditer(definition):
        text = token[0]
        if text == "(":
            depth += 1
            if when_seen and start is None:
                start = token.end()
        elif text == ")":
            depth -= 1
            if start is not None and depth == 0:
                return definition[start : token.start()]
        elif text == "WHEN" and depth == 0:
            when_seen = True
    return None
