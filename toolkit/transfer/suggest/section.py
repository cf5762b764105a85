"""A section of the proposal while it is made: rows, their table, and what fills each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.transfer.suggest.fit import Fit
from toolkit.transfer.suggest.rowsets import Leaf, RowSet
from toolkit.transfer.target.table import TargetTable

Referred = tuple[str, str]
"""A table, as `schema.table`, and a column of it."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A place for a column."""

    leaf: Leaf
    score: float
    name: float
    """How alike the names are."""
    fit: Fit | None
    """None: the values are no values of the column, but may be legacy keys of what it refers to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the proposal: what the mapping says of a column, and why."""

    rule: Mapping[str, Any]
    score: float
    reasons: tuple[str, ...]
    samples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    leaf: Leaf | None = None
    """The place that it takes."""

    @property
    def undecided(self) -> str | None:
        """Why the line cannot be written before somebody decides."""
        said = self.rule.get("undecided")
        return None if said is None else str(said)


@dataclass(eq=False, slots=True)
class Section:
    """One table of the mapping."""

    name: str
    rows: RowSet
    table: TargetTable
    score: float
    picks: dict[str, Pick]
    key: dict[str, Any] | None = None
    key_leaf: Leaf | None = None
    """Where the legacy keys stand, whatever becomes of them."""
    distinct: tuple[str, ...] = ()
    duplicates: str | None = None
    lines: dict[str, Line] = field(default_factory=dict)

    @property
    def keeps_keys(self) -> bool:
        """Whether a legacy key is the key of the new row, so that references need no rewriting."""
        return self.key is None


def links_of(table: TargetTable) -> dict[str, tuple[Referred, ...]]:
    """What each column refers to, references of one column alone first."""
    found: dict[str, list[Referred]] = {}
    for key in sorted(table.foreign_keys, key=lambda key: (len(key.columns), key.name)):
        for column, referred in zip(key.columns, key.referred, strict=True):
            found.setdefault(column, []).append((f"{key.schema}.{key.table}", referred))
    return {column: tuple(referred) for column, referred in found.items()}
