"""Privileges: access lists with their defaults written out, and default privileges.

A null access list in the catalog means the default one; here it is always expanded, so that "never granted"
and "granted, then revoked back" are equal. Who granted is left out: it differs without a difference in what
anybody may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.schema.objects.base import SchemaObject
from toolkit.schema.objects.names import Key, Kind

PUBLIC = "PUBLIC"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One privilege that one role holds. `to_public` means every role; `grantee` is then `PUBLIC`."""

    grantee: str
    privilege: str
    """As SQL writes it: `SELECT`, `EXECUTE`, `USAGE`."""
    grantable: bool = False
    to_public: bool = False


Grants = tuple[Grant, ...]
"""Sorted, and expanded against the defaults of the kind."""


@dataclass(frozen=True, slots=True)
class DefaultPrivileges(SchemaObject):
    """What `ALTER DEFAULT PRIVILEGES` sets for objects that `role` will create."""

    kind: ClassVar[Kind] = Kind.DEFAULT_PRIVILEGES

    role: str
    schema: str | None
    """None: in every schema."""
    object_type: str
    """`tables`, `sequences`, `functions`, `types`, `schemas` or `large objects`."""
    grants: Grants = ()

    @property
    def key(self) -> Key:
        within = () if self.schema is None else (self.schema,)
        return Key(self.kind, (self.role, *within, self.object_type))
