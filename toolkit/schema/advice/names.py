"""Names for what a fix makes: no longer than the server keeps, and not taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

LONGEST: Final = 63
"""Bytes of a name that the server keeps."""


def free_name(wanted: str, taken: Callable[[str], bool]) -> str:
    """`wanted`, cut to what the server keeps, with a number where that name is taken."""
    name, number = _cut(wanted, LONGEST), 1
    while taken(name):
        number += 1
        ending = f"_{number}"
        name = _cut(wanted, LONGEST - len(ending)) + ending
    return name


def _cut(name: str, size: int) -> str:
    return name.encode()[:size].decode(errors="ignore")
