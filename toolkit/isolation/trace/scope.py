"""One level of a query: which names it sees, which conditions its rows meet, which tables it touches.

Invariant: a condition's list grows while the level is read, so it is asked when the whole statement is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from toolkit.isolation.trace.requirement import Action
from toolkit.isolation.trace.terms import All, Column, Condition, Either, Term
from toolkit.models.shapes import TableShape

Context = tuple[tuple[All, Either | None], ...]
"""The conditions around a place, outermost first, each list without the alternative that the place is in."""


@dataclass(frozen=True, slots=True)
class Source:
    """Something in FROM: its columns as terms (None: not known what they are), and its rows.

    `complete` when every column is named, so that a name that is not there belongs to another source.
    """

    columns: Mapping[str, Term | None]
    rows: frozenset[int]
    complete: bool = True


@dataclass(slots=True)
class Level:
    """One SELECT, or the body of a write."""

    parent: Level | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    merged: dict[str, Term] = field(default_factory=dict)
    """The columns of JOIN ... USING, which need no source's name."""
    conditions: All = field(default_factory=lambda: All([]))
    context: Context = ()
    """What surrounds the level, and its own conditions."""

    def find(self, names: list[str]) -> Term | None:
        """The term that a column reference means: `column`, `source.column` or `schema.table.column`."""
        level: Level | None = self
        while level is not None:
            if len(names) == 1:
                if names[0] in level.merged:
                    return level.merged[names[0]]
                holders = [each for each in level.sources.values() if names[0] in each.columns]
                if holders:
                    return holders[0].columns[names[0]] if len(holders) == 1 else _agreed(holders, names[0])
                if any(not each.complete for each in level.sources.values()):
                    return None
            elif names[-2] in level.sources:
                return level.sources[names[-2]].columns.get(names[-1])
            level = level.parent
        return None


def _agreed(holders: list[Source], name: str) -> Term | None:
    terms = {each.columns[name] for each in holders}
    return terms.pop() if len(terms) == 1 else None


@dataclass(frozen=True, slots=True)
class Touch:
    """A row of an owned table that the statement reads or changes, and the conditions around it."""

    row: int
    action: Action
    context: Context


@dataclass(frozen=True, slots=True)
class Writing:
    """A value written into a column that says whose the row is."""

    table: str
    action: Action
    value: Term | None
    context: Context
    reason: str


@dataclass(slots=True)
class Notes:
    """What was found while a statement was read."""

    rows: dict[int, TableShape] = field(default_factory=dict)
    touches: list[Touch] = field(default_factory=list)
    writings: list[Writing] = field(default_factory=list)
    doubts: list[tuple[str, Action, str]] = field(default_factory=list)
    """Tables (or functions) of which nothing can be told, and why."""
    numbers: count[int] = field(default_factory=lambda: count(1))

    def row_of(self, shape: TableShape) -> int:
        """A new row of the table."""
        number = next(self.numbers)
        self.rows[number] = shape
        return number

    def source_of(self, row: int) -> Source:
        """The row as a source in FROM."""
        return Source(
            {each.name: Column(row, each.name) for each in self.rows[row].columns}, frozenset([row])
        )


def conditions_in(context: Context) -> list[Condition]:
    """All conditions that hold at a place."""
    return [part for each, without in context for part in each.parts if part is not without]
