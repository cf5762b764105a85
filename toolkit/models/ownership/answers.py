"""What the ownership graph says about tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from toolkit.models.ownership.paths import OwnerPath, Shapes
from toolkit.models.ownership.rules import RootProposal


class OwnershipKind(StrEnum):
    """How the rows of a table are owned."""

    ROOT = "root"
    """The owners themselves; a row belongs to itself."""
    COLUMN = "column"
    """A column of the table holds the owner's key."""
    PATH = "path"
    """The owner is found over foreign keys."""
    LINK = "link"
    """The table joins owned parents, whose owners must be the same."""
    SHARED = "shared"
    """Declared to belong to nobody."""
    AMBIGUOUS = "ambiguous"
    """There are several owners to choose from."""
    UNCLASSIFIED = "unclassified"
    """Nothing leads to an owner."""


@dataclass(frozen=True, slots=True)
class TableOwnership:
    """The answer for one table.

    `path` is set for root, column, path and link; `paths` are all that were found.
    """

    table: str
    kind: OwnershipKind
    path: OwnerPath | None = None
    paths: tuple[OwnerPath, ...] = ()
    reason: str = ""
    declared: bool = False
    """Whether the rules say so, instead of the foreign keys."""


@dataclass(frozen=True, slots=True)
class OwnershipGraph:
    """The answers for all tables, by qualified name."""

    tables: Mapping[str, TableOwnership]
    shapes: Shapes
    root: str | None
    root_assumed: bool
    root_proposals: tuple[RootProposal, ...]
    unused_rules: tuple[str, ...]
    """Rules for tables that are not there."""

    def of(self, table: str) -> TableOwnership:
        """The answer for one table by qualified name. KeyError for an unknown one."""
        return self.tables[table]

    def owned(self) -> tuple[TableOwnership, ...]:
        """The tables whose rows have an owner that can be computed, the root among them."""
        return tuple(each for each in self.tables.values() if each.path is not None)
