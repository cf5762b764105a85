"""The database itself, its schemas and extensions, and the roles it knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.schema.objects.base import SchemaObject, fact
from toolkit.schema.objects.grants import Grants
from toolkit.schema.objects.names import Key, Kind


@dataclass(frozen=True, slots=True)
class Database(SchemaObject):
    """The database as an object. Its name is a fact: two databases with other names can be equal."""

    kind: ClassVar[Kind] = Kind.DATABASE

    owner: str
    settings: tuple[str, ...] = ()
    """`name=value`, set by `ALTER DATABASE ... SET`, sorted."""
    grants: Grants = ()
    connection_limit: int = -1
    encoding: str = fact(default="")
    locale: str = fact(default="")
    """Provider, collation and character type."""

    @property
    def key(self) -> Key:
        return Key(self.kind, ())


@dataclass(frozen=True, slots=True)
class Schema(SchemaObject):
    """A name space."""

    kind: ClassVar[Kind] = Kind.SCHEMA

    name: str
    owner: str
    grants: Grants = ()

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.name,))


@dataclass(frozen=True, slots=True)
class Extension(SchemaObject):
    """An installed extension. Its version is a fact: what is installed differs between servers."""

    kind: ClassVar[Kind] = Kind.EXTENSION

    name: str
    schema: str
    version: str = fact(default="")

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.name,))


@dataclass(frozen=True, slots=True, order=True)
class Membership:
    """Membership in another role. `inherit` and `set_role` are always true before PostgreSQL 16."""

    role: str
    admin: bool
    inherit: bool = True
    set_role: bool = True


@dataclass(frozen=True, slots=True)
class Role(SchemaObject):
    """A role of the cluster, as far as an ordinary role can see it: never its password."""

    kind: ClassVar[Kind] = Kind.ROLE

    name: str
    superuser: bool = False
    inherit: bool = True
    create_role: bool = False
    create_database: bool = False
    login: bool = False
    replication: bool = False
    bypass_rls: bool = False
    connection_limit: int = -1
    valid_until: str | None = None
    settings: tuple[str, ...] = ()
    """`name=value` from `ALTER ROLE ... SET`, sorted; those of this database end in ` (this database)`."""
    member_of: tuple[Membership, ...] = ()

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.name,))
