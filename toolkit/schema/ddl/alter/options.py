"""Options that change: storage parameters and what foreign objects are given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.schema.ddl.texts import storage_option
from toolkit.sql.quoting import quote_identifier, quote_literal


def set_and_reset(head: str, before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    """`SET (...)` for what is new or other, `RESET (...)` for what is gone."""
    old, new = _by_name(before), _by_name(after)
    if gone := [".".join(map(quote_identifier, name.split("."))) for name in old if name not in new]:
        yield f"{head} RESET ({', '.join(gone)})"
    if changed := [f"{name}={value}" for name, value in new.items() if old.get(name) != value]:
        yield f"{head} SET ({', '.join(map(storage_option, changed))})"


def foreign_changes(head: str, before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    """`OPTIONS (ADD ..., SET ..., DROP ...)`."""
    old, new = _by_name(before), _by_name(after)
    parts = [f"DROP {quote_identifier(name)}" for name in old if name not in new]
    for name, value in new.items():
        if old.get(name) != value:
            verb = "SET" if name in old else "ADD"
            parts.append(f"{verb} {quote_identifier(name)} {quote_literal(value)}")
    if parts:
        yield f"{head} OPTIONS ({', '.join(parts)})"


def _by_name(options: Iterable[str]) -> dict[str, str]:
    return {name: value for name, _, value in (option.partition("=") for option in options)}
