"""Constraints of tables. Not-null constraints are part of their column, domain checks of their domain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from toolkit.schema.objects.base import SchemaObject
from toolkit.schema.objects.making import quickly_made
from toolkit.schema.objects.names import Key, Kind, Qualified

ConstraintType = Literal["primary key", "unique", "foreign key", "check", "exclude"]
Action = Literal["no action", "restrict", "cascade", "set null", "set default"]


@quickly_made
@dataclass(frozen=True, slots=True)
class Constraint(SchemaObject):
    """A constraint with all its attributes. Those that do not apply to its type hold their defaults."""

    kind: ClassVar[Kind] = Kind.CONSTRAINT

    schema: str
    table: str
    name: str
    type: ConstraintType
    columns: tuple[str, ...] = ()
    """In order of the key; of a check, the columns it mentions, sorted."""
    expression: str | None = None
    """Of a check."""
    definition: str | None = None
    """Of an exclusion constraint: the server's whole text."""
    references: Qualified | None = None
    referenced_columns: tuple[str, ...] = ()
    on_update: Action | None = None
    on_delete: Action | None = None
    set_columns: tuple[str, ...] = ()
    """Of `ON DELETE SET NULL (columns)`."""
    match: Literal["simple", "full", "partial"] | None = None
    deferrable: bool = False
    initially_deferred: bool = False
    validated: bool = True
    enforced: bool = True
    no_inherit: bool = False
    """Compared for checks only; the server is not consistent about the others."""
    temporal: bool = False
    """`WITHOUT OVERLAPS` of a key, `PERIOD` of a foreign key."""
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    local: bool = True
    parent: tuple[str, str, str] | None = None
    """Schema, table and name of the partitioned table's constraint that this one is a copy of."""

    @property
    def relation(self) -> Qualified:
        """The table it stands on."""
        return Qualified(self.schema, self.table)

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.table, self.name))

    @property
    def derived_from(self) -> Key | None:
        return Key(self.kind, self.parent) if self.parent else None
