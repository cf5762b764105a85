"""The names PostgreSQL would give constraints that the models leave unnamed.

A constraint without a name can be created but not dropped, so a revision names every one. PostgreSQL's own
choice is taken (`makeObjectName` and `ChooseIndexName` in its sources), so that a database which was made
from the models directly has the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LIMIT = 63
"""Bytes in a PostgreSQL name."""


def primary_key_name(table: str) -> str:
    """`tasks_pkey`."""
    return _made(table, None, "pkey")


def unique_name(table: str, columns: Sequence[str]) -> str:
    """`tasks_user_id_title_key`."""
    return _made(table, _joined(columns), "key")


def foreign_key_name(table: str, columns: Sequence[str]) -> str:
    """`tasks_user_id_fkey`."""
    return _made(table, _joined(columns), "fkey")


def check_name(table: str, columns: Sequence[str]) -> str:
    """`tasks_title_check` for a check on one column, `tasks_check` for others."""
    return _made(table, columns[0] if len(columns) == 1 else None, "check")


def free(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with the first number that is not taken, as PostgreSQL numbers them."""
    used = set(taken)
    number = 0
    candidate = name
    while candidate in used:
        number += 1
        candidate = f"{_cut(name, LIMIT - len(str(number)))}{number}"
    return candidate


def _joined(columns: Sequence[str]) -> str:
    return _cut("_".join(columns), LIMIT)


def _made(first: str, second: str | None, label: str) -> str:
    """`makeObjectName`: the longer part gives way until the whole fits."""
    room = LIMIT - len(label) - 1 - (1 if second else 0)
    one, two = len(first.encode()), len(second.encode()) if second else 0
    while one + two > room:
        if one > two:
            one -= 1
        else:
            two -= 1
    parts = [_cut(first, one), _cut(second, two) if second else "", label]
    return "_".join(part for part in parts if part)


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
