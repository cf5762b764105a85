"""Bloat of a table, estimated: how many of its bytes a rewrite would give back.

An estimate and never more: the average widths of ANALYZE against the pages on disk. Padding between columns
and what was written since ANALYZE are not seen. `pgstattuple` measures, by reading the whole table. Indexes
are left out: since B-trees keep equal keys once, widths say little about them.

Source of the layout: "Database Page Layout" of PostgreSQL's manual.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from toolkit.schema.sizes import BLOCK

_PAGE_HEADER: Final = 24
_LINE_POINTER: Final = 4
_ROW_HEADER: Final = 23
_ALIGNMENT: Final = 8
_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class RowShape:
    """What ANALYZE said of the rows of a table."""

    rows: float
    width: float
    """Bytes of the values of an average row."""
    columns: int
    any_null: bool
    fill_factor: int = _FULL


@dataclass(frozen=True, slots=True)
class Bloat:
    """An estimate with what it stands on."""

    bytes: int
    share: float
    """Of the bytes of the table without TOAST and indexes."""
    basis: str


def estimated_bloat(heap_bytes: int, shape: RowShape, analysed: datetime | None) -> Bloat:
    """Bytes of the heap beyond what these rows would fill, never below 0."""
    header = _ROW_HEADER + (math.ceil(shape.columns / 8) if shape.any_null else 0)
    row = _aligned(header) + _aligned(shape.width) + _LINE_POINTER
    room = (BLOCK - _PAGE_HEADER) * shape.fill_factor / _FULL
    pages = math.ceil(shape.rows / max(1.0, room // row))
    extra = max(0, heap_bytes - pages * BLOCK)
    when = f" of {analysed:%Y-%m-%d %H:%M} UTC" if analysed else ""
    return Bloat(
        extra,
        extra / heap_bytes if heap_bytes else 0.0,
        f"average row width and row count by ANALYZE{when}, against the pages on disk",
    )


def _aligned(size: float) -> float:
    return math.ceil(size / _ALIGNMENT) * _ALIGNMENT
