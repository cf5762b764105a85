"""Rows of a relation, a page at a time, as the screens show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

PAGE: Final = 200
"""Rows of a page."""

Place = tuple[str | None, ...]
Form = Literal["csv", "json"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A column and the value its rows must have; None stands for NULL."""

    column: str
    value: str | None

    @property
    def words(self) -> str:
        """As a person reads it."""
        return f"{self.column} is null" if self.value is None else f"{self.column}={self.value}"


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """Which rows of which relation, in which order, from where on."""

    key: str
    """The relation, as the tree names it."""
    where: tuple[Condition, ...] = ()
    sort: str | None = None
    """A column, with `-` before it for the greatest first."""
    behind: tuple[str, ...] = ()
    """The cursors at which the pages up to this one begin: none for the first page."""

    @property
    def page(self) -> int:
        """The number of the page, from 1."""
        return len(self.behind) + 1


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key, from one of its ends: away from the rows that are shown, or back to those that refer."""

    target: str
    """The key of the table at the other end."""
    columns: tuple[str, ...]
    target_columns: tuple[str, ...]

    @property
    def words(self) -> str:
        """The other end as a person reads it."""
        return f"{self.target.partition(' ')[2]}  by {', '.join(self.target_columns)}"


@dataclass(frozen=True, slots=True)
class RowsColumn:
    """A column of a page."""

    name: str
    type: str
    indexed: bool
    """Whether an index gives the rows in its order."""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class RowsPage:
    """A page of rows; values as the server writes them, None for NULL."""

    asked: RowsAsked
    columns: tuple[RowsColumn, ...]
    rows: tuple[tuple[str | None, ...], ...]
    next: str | None
    """Where the next page begins; None where there is none, or none can be asked for."""
    cut: frozenset[tuple[int, int]] = frozenset()
    """Row and column of each value that is longer than what was read of it."""
    places: tuple[Place, ...] = field(default=(), repr=False)
    remarks: tuple[str, ...] = ()
    referrers: tuple[Reference, ...] = ()
    """The foreign keys of other tables, and of this one, that lead to these rows."""
    estimate: int | None = None
    """How many rows the relation has, about."""
    milliseconds: float = 0.0
