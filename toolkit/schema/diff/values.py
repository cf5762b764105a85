"""What a comparison answers with: differences as data, grouped by object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from toolkit.schema.objects import Key


@dataclass(frozen=True, slots=True)
class AttributeChange:
    """One attribute that differs."""

    attribute: str
    before: Any
    after: Any
    rendering_only: bool = False
    """The two servers are of different major versions and this is a text of theirs: it may mean the same."""


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One object that was added, removed or changed."""

    key: Key
    change: Literal["added", "removed", "changed"]
    attributes: tuple[AttributeChange, ...] = ()
    """Of a changed object; empty for the others."""
    followers: tuple[Key, ...] = ()
    """Objects whose difference only follows from this one: a removed table's columns, a new key's index."""


@dataclass(frozen=True, slots=True)
class RenameCandidate:
    """A removed and an added object that may be one object under a new name. Proposed, never assumed."""

    before: Key
    after: Key
    likeness: float
    """1.0 where nothing but the name differs."""


@dataclass(frozen=True, slots=True)
class SchemaDiff:
    """What leads from one snapshot to another."""

    changes: tuple[ObjectChange, ...]
    """By kind and name."""
    renames: tuple[RenameCandidate, ...] = ()
    not_compared: Mapping[str, int] = field(default_factory=dict)
    """Objects on either side by the reason they were left out: an origin, or a kind not modelled."""
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.changes
