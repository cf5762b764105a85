"""Columns of cells into COPY's text format, a block at once.

The same format as `loading.copytext`, made from columns instead of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from toolkit.transfer.judge.rows import Cell, Fill
from toolkit.transfer.loading.copytext import DEFAULT, NULL

_SPECIAL: Final = (("\\", r"\\"), ("\n", r"\n"), ("\r", r"\r"), ("\t", r"\t"))
"""What would end a cell or begin an escape; the backslash first."""


def copy_text(columns: Sequence[Sequence[Cell]]) -> bytes:
    """The rows that these columns make, one line each."""
    fields = [_fields(column) for column in columns]
    lines = map("\t".join, zip(*fields, strict=True))
    return ("\n".join(lines) + "\n").encode() if fields and fields[0] else b""


def _fields(cells: Sequence[Cell]) -> Sequence[str]:
    if set(map(type, cells)) <= {str}:
        return _escaped(cast("Sequence[str]", cells))
    texts = _escaped([cell if isinstance(cell, str) else "" for cell in cells])
    return [
        text if isinstance(cell, str) else DEFAULT if isinstance(cell, Fill) else NULL
        for cell, text in zip(cells, texts, strict=True)
    ]


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    # No cell holds a NUL, so it can stand between them while all are escaped at once.
    joined = "\0".join(texts)
    if not any(mark in joined for mark, _ in _SPECIAL):
        return texts
    for mark, escape in _SPECIAL:
        joined = joined.replace(mark, escape)
    return joined.split("\0")
