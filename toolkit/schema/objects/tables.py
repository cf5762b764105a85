"""Tables (ordinary, partitioned, foreign) and the columns of every relation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from toolkit.schema.objects.base import SchemaObject, fact
from toolkit.schema.objects.grants import Grants
from toolkit.schema.objects.making import quickly_made
from toolkit.schema.objects.names import Key, Kind, Qualified


@quickly_made
@dataclass(frozen=True, slots=True)
class Table(SchemaObject):
    """A table, ordinary or partitioned; a partition is a table that names its parent."""

    kind: ClassVar[Kind] = Kind.TABLE

    schema: str
    name: str
    owner: str
    persistence: Literal["permanent", "unlogged", "temporary"] = "permanent"
    access_method: str | None = None
    """None for partitioned tables that leave it to the default."""
    tablespace: str | None = None
    options: tuple[str, ...] = ()
    """Storage parameters `name=value`, sorted; those of the TOAST table begin with `toast.`."""
    replica_identity: str = "default"
    """`default`, `nothing`, `full`, or `index NAME`."""
    row_security: bool = False
    row_security_forced: bool = False
    inherits: tuple[Qualified, ...] = ()
    """Parents of classic inheritance, in order."""
    partition_key: str | None = None
    """`RANGE (created_at)`; None where the table is not partitioned."""
    partition_of: Qualified | None = None
    partition_bound: str | None = None
    detach_pending: bool = False
    of_type: str | None = None
    grants: Grants = ()

    @property
    def qualified(self) -> Qualified:
        """Schema and name."""
        return Qualified(self.schema, self.name)

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.name))


@dataclass(frozen=True, slots=True)
class ForeignTable(SchemaObject):
    """A table that lives on a foreign server. It has no row-level security."""

    kind: ClassVar[Kind] = Kind.FOREIGN_TABLE

    schema: str
    name: str
    owner: str
    server: str
    options: tuple[str, ...] = ()
    inherits: tuple[Qualified, ...] = ()
    partition_of: Qualified | None = None
    partition_bound: str | None = None
    grants: Grants = ()

    @property
    def qualified(self) -> Qualified:
        """Schema and name."""
        return Qualified(self.schema, self.name)

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.name))


@quickly_made
@dataclass(frozen=True, slots=True)
class NotNull:
    """That a column refuses nulls. From PostgreSQL 18 on it is a constraint with a name of its own."""

    name: str | None = None
    """None before PostgreSQL 18."""
    validated: bool = True
    """False: rows from before may still hold nulls, although the server already calls the column NOT NULL."""
    no_inherit: bool = False
    comment: str | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Column(SchemaObject):
    """A column of a table, foreign table, view or materialized view."""

    kind: ClassVar[Kind] = Kind.COLUMN

    schema: str
    table: str
    name: str
    type: str
    not_null: NotNull | None = None
    default: str | None = None
    generated: str | None = None
    """The expression of a generated column."""
    generated_kind: Literal["stored", "virtual"] | None = None
    identity: Literal["always", "by default"] | None = None
    """The options of the identity are those of its sequence, an object of its own."""
    collation: str | None = None
    """None where it is the collation of the type."""
    storage: str | None = None
    """None where it is the storage of the type."""
    compression: str | None = None
    statistics_target: int | None = None
    options: tuple[str, ...] = ()
    foreign_options: tuple[str, ...] = ()
    grants: Grants = ()
    """Grants on this column alone; those on the table are the table's."""
    local: bool = True
    """Declared here; False where it only comes from a parent table."""
    parent: Qualified | None = fact(default=None)  # noqa: RUF009 - makes a field
    """The table it is inherited from."""
    position: int = fact(default=0)
    """Counted from 1, dropped columns left out."""

    @property
    def nullable(self) -> bool:
        """Whether the server accepts nulls."""
        return self.not_null is None

    @property
    def relation(self) -> Qualified:
        """The relation it is a column of."""
        return Qualified(self.schema, self.table)

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.table, self.name))

    @property
    def derived_from(self) -> Key | None:
        return Key(self.kind, (*self.parent, self.name)) if self.parent and not self.local else None
