"""Columns of cells into COPY's text format, a block at once.

The same format as `loading.copytext`, made from columns instead of rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final, cast

from toolkit.transfer.judge.rows import Cell, Fill
from toolkit.transfer.loading.copytext import DEFAULT, NULL

SPECIAL: Final = re.compile(r"[\\\n\r\t]")
"""What would end a cell or begin an escape."""
_ESCAPES: Final = (("\\", r"\\"), ("\n", r"\n"), ("\r", r"\r"), ("\t", r"\t"))
"""The backslash first."""


def copy_text(columns: Mapping[str, Sequence[Cell]], plain: Collection[str] = ()) -> bytes:
    """The rows that these columns make, one line each. Those of `plain` have nothing to be escaped."""
    fields = [_fields(column, name in plain) for name, column in columns.items()]
    lines = map("\t".join, zip(*fields, strict=True))
    return ("\n".join(lines) + "\n").encode() if fields and fields[0] else b""


def _fields(cells: Sequence[Cell], plain: bool) -> Sequence[str]:
    if set(map(type, cells)) <= {str}:
        texts = cast("Sequence[str]", cells)
        return texts if plain else _escaped(texts)
    texts = [cell if isinstance(cell, str) else "" for cell in cells]
    return [
        text if isinstance(cell, str) else DEFAULT if isinstance(cell, Fill) else NULL
        for cell, text in zip(cells, texts if plain else _escaped(texts), strict=True)
    ]


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    # No cell holds a NUL, so it can stand between them while all are escaped at once.
    joined = "\0".join(texts)
    if not any(mark in joined for mark, _ in _ESCAPES):
        return texts
    for mark, escape in _ESCAPES:
        joined = joined.replace(mark, escape)
    return joined.split("\0")
