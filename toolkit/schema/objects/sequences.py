"""Sequences, those behind identity and serial columns included. The current value is data, not structure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from toolkit.schema.objects.base import SchemaObject
from toolkit.schema.objects.grants import Grants
from toolkit.schema.objects.making import quickly_made
from toolkit.schema.objects.names import Key, Kind


class OwnedBy(NamedTuple):
    """The column a sequence is dropped with."""

    schema: str
    table: str
    column: str


@quickly_made
@dataclass(frozen=True, slots=True)
class Sequence(SchemaObject):
    """A sequence and its options."""

    kind: ClassVar[Kind] = Kind.SEQUENCE

    schema: str
    name: str
    owner: str
    type: str
    start: int
    increment: int
    minimum: int
    maximum: int
    cache: int = 1
    cycle: bool = False
    persistence: Literal["permanent", "unlogged", "temporary"] = "permanent"
    owned_by: OwnedBy | None = None
    identity: bool = False
    """It feeds an identity column."""
    grants: Grants = ()

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.name))

    @property
    def derived_from(self) -> Key | None:
        return Key(Kind.COLUMN, self.owned_by) if self.owned_by and self.identity else None
