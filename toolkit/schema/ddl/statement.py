"""A statement of DDL with the object it is about, and statements as one script."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.schema.objects import Key


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement, without its closing semicolon."""

    key: Key | None
    """The object it makes or changes; None for what prepares the session."""
    sql: str


def as_script(statements: Iterable[Statement]) -> str:
    """The statements as a text for psql: each with its semicolon, a blank line between objects."""
    lines: list[str] = []
    last: tuple[str, ...] | None = None
    for statement in statements:
        about = _subject(statement.key)
        if lines and about != last:
            lines.append("")
        last = about
        lines.append(f"{statement.sql};")
    return "\n".join(lines) + "\n" if lines else ""


def _subject(key: Key | None) -> tuple[str, ...]:
    return () if key is None else (key.kind, *key.path)
