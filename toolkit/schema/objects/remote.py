"""What reaches other servers: foreign-data wrappers, servers, user mappings, publications, subscriptions.

Invariant: no value of an option that can hold a secret is read into an object; such options show as `***`,
and those of user mappings by name only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.schema.objects.base import SchemaObject
from toolkit.schema.objects.grants import Grants
from toolkit.schema.objects.names import Key, Kind, Qualified


@dataclass(frozen=True, slots=True)
class _Global(SchemaObject):
    name: str
    owner: str

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.name,))


@dataclass(frozen=True, slots=True)
class ForeignDataWrapper(_Global):
    """A foreign-data wrapper."""

    kind: ClassVar[Kind] = Kind.FOREIGN_DATA_WRAPPER

    handler: str | None = None
    validator: str | None = None
    options: tuple[str, ...] = ()
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class Server(_Global):
    """A foreign server."""

    kind: ClassVar[Kind] = Kind.SERVER

    wrapper: str
    type: str | None = None
    version: str | None = None
    options: tuple[str, ...] = ()
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class UserMapping(SchemaObject):
    """Who logs in as whom on a foreign server. Its options are secrets and stay on the server."""

    kind: ClassVar[Kind] = Kind.USER_MAPPING

    server: str
    user: str

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.server, self.user))


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table of a publication."""

    table: Qualified
    columns: tuple[str, ...] = ()
    """Empty: all."""
    row_filter: str | None = None


@dataclass(frozen=True, slots=True)
class Publication(_Global):
    """A publication for logical replication."""

    kind: ClassVar[Kind] = Kind.PUBLICATION

    all_tables: bool = False
    operations: tuple[str, ...] = ()
    via_root: bool = False
    generated_columns: str = "none"
    tables: tuple[PublishedTable, ...] = ()
    schemas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription(_Global):
    """A subscription; its connection string is never read."""

    kind: ClassVar[Kind] = Kind.SUBSCRIPTION

    enabled: bool = True
    publications: tuple[str, ...] = ()
    slot: str | None = None
