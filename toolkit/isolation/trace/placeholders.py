"""The driver's placeholders as PostgreSQL's own: `%(name)s` and `%s` become `$1`, `$2`, ...

Invariant: the text parses as the server would see it, and `keys[n - 1]` names the value of `$n`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PLACEHOLDER: Final = re.compile(r"%(?:\((?P<name>[^)]*)\))?(?P<kind>[s%b])")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A statement with `$n` and what each stands for: a name, or a place from 0."""

    sql: str
    keys: tuple[str | int, ...]


def numbered(text: str, *, formatted: bool) -> Numbered:
    """The statement with numbered parameters.

    `formatted` as the driver has it: without values psycopg2 leaves every `%` alone.
    """
    if not formatted:
        return Numbered(text, ())
    keys: list[str | int] = []

    def number(found: re.Match[str]) -> str:
        if found["kind"] == "%":
            return "%"
        name = found["name"]
        key: str | int = name if name is not None else len(keys)
        if name is not None and key in keys:
            return f"${keys.index(key) + 1}"
        keys.append(key)
        return f"${len(keys)}"

    return Numbered(_PLACEHOLDER.sub(number, text), tuple(keys))
