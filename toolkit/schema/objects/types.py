"""User-made types: enums, domains, composite and range types; and collations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.schema.objects.base import SchemaObject, fact
from toolkit.schema.objects.grants import Grants
from toolkit.schema.objects.names import Key, Kind


@dataclass(frozen=True, slots=True)
class _NamedType(SchemaObject):
    schema: str
    name: str
    owner: str

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.name))


@dataclass(frozen=True, slots=True)
class Enum(_NamedType):
    """An enum; its labels stand in sort order."""

    kind: ClassVar[Kind] = Kind.ENUM

    labels: tuple[str, ...]
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """A check constraint of a domain."""

    name: str
    expression: str
    validated: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Domain(_NamedType):
    """A domain over another type."""

    kind: ClassVar[Kind] = Kind.DOMAIN

    type: str
    not_null: bool = False
    default: str | None = None
    collation: str | None = None
    checks: tuple[DomainCheck, ...] = ()
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a composite type."""

    name: str
    type: str
    collation: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class CompositeType(_NamedType):
    """A composite type made by `CREATE TYPE ... AS (...)`."""

    kind: ClassVar[Kind] = Kind.COMPOSITE

    attributes: tuple[Attribute, ...]
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class RangeType(_NamedType):
    """A range type, with its multirange."""

    kind: ClassVar[Kind] = Kind.RANGE

    subtype: str
    operator_class: str | None = None
    collation: str | None = None
    canonical: str | None = None
    difference: str | None = None
    multirange: str | None = None
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class Collation(_NamedType):
    """A user-made collation."""

    kind: ClassVar[Kind] = Kind.COLLATION

    provider: str
    collate: str | None = None
    ctype: str | None = None
    locale: str | None = None
    rules: str | None = None
    deterministic: bool = True
    version: str | None = fact(default=None)
    """Of the library that sorted when it was made."""
