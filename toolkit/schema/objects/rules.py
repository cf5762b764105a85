"""What the server does by itself: triggers, rules, row-level security policies, event triggers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from toolkit.schema.objects.base import SchemaObject, fact
from toolkit.schema.objects.making import quickly_made
from toolkit.schema.objects.names import Key, Kind, Qualified

Firing = Literal["origin", "disabled", "replica", "always"]
"""When it fires: `origin` is the default; `replica` only while replicating."""


@dataclass(frozen=True, slots=True)
class _OnRelation(SchemaObject):
    schema: str
    table: str
    name: str

    @property
    def relation(self) -> Qualified:
        """The relation it stands on."""
        return Qualified(self.schema, self.table)

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.table, self.name))


@quickly_made
@dataclass(frozen=True, slots=True)
class Trigger(_OnRelation):
    """A trigger. Foreign keys keep internal ones: they are listed only where somebody changed their state."""

    kind: ClassVar[Kind] = Kind.TRIGGER

    timing: Literal["before", "after", "instead of"]
    events: tuple[str, ...]
    """Of `insert`, `update`, `delete`, `truncate`."""
    level: Literal["row", "statement"]
    function: str
    """Schema-qualified and quoted, without arguments."""
    columns: tuple[str, ...] = ()
    """Of `UPDATE OF`."""
    condition: str | None = None
    """Of `WHEN (...)`, without the parentheses."""
    arguments: tuple[str, ...] = ()
    old_table: str | None = None
    new_table: str | None = None
    constraint: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    enabled: Firing = "origin"
    internal: bool = False
    """Kept by a foreign key."""
    parent: tuple[str, str, str] | None = None
    """Schema, table and name of the partitioned table's trigger that this one is a copy of."""
    definition: str = fact(default="")
    """The server's whole text, for reading."""

    @property
    def derived_from(self) -> Key | None:
        return Key(self.kind, self.parent) if self.parent else None


@dataclass(frozen=True, slots=True)
class Rule(_OnRelation):
    """A rewrite rule other than the one that makes a view."""

    kind: ClassVar[Kind] = Kind.RULE

    definition: str
    enabled: Firing = "origin"


@quickly_made
@dataclass(frozen=True, slots=True)
class Policy(_OnRelation):
    """A row-level security policy."""

    kind: ClassVar[Kind] = Kind.POLICY

    command: Literal["all", "select", "insert", "update", "delete"]
    permissive: bool
    roles: tuple[str, ...]
    """Sorted; empty means PUBLIC."""
    using: str | None = None
    with_check: str | None = None


@dataclass(frozen=True, slots=True)
class EventTrigger(SchemaObject):
    """A trigger on DDL."""

    kind: ClassVar[Kind] = Kind.EVENT_TRIGGER

    name: str
    owner: str
    event: str
    function: str
    tags: tuple[str, ...] = ()
    enabled: Firing = "origin"

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.name,))
