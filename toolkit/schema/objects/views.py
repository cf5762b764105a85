"""Views and materialized views. Their columns are `Column` objects like those of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.schema.objects.base import SchemaObject
from toolkit.schema.objects.grants import Grants
from toolkit.schema.objects.making import quickly_made
from toolkit.schema.objects.names import Key, Kind, Qualified


@quickly_made
@dataclass(frozen=True, slots=True)
class View(SchemaObject):
    """A view. `security_invoker`, `security_barrier` and `check_option` are among its options."""

    kind: ClassVar[Kind] = Kind.VIEW

    schema: str
    name: str
    owner: str
    definition: str
    options: tuple[str, ...] = ()
    grants: Grants = ()

    @property
    def qualified(self) -> Qualified:
        """Schema and name."""
        return Qualified(self.schema, self.name)

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.name))


@dataclass(frozen=True, slots=True)
class MaterializedView(SchemaObject):
    """A materialized view. Its indexes are `Index` objects."""

    kind: ClassVar[Kind] = Kind.MATERIALIZED_VIEW

    schema: str
    name: str
    owner: str
    definition: str
    populated: bool = True
    options: tuple[str, ...] = ()
    tablespace: str | None = None
    access_method: str | None = None
    grants: Grants = ()

    @property
    def qualified(self) -> Qualified:
        """Schema and name."""
        return Qualified(self.schema, self.name)

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.name))
