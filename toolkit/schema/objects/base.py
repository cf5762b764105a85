"""What every object of a snapshot has: a key, a comment and an origin; and which fields are compared.

A field made by `fact` is carried and shown but is not part of equality: it differs between databases that
are the same in structure (a position after a dropped column, the version of an extension).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from toolkit.schema.objects.names import Key, Kind


class Origin(StrEnum):
    """Who an object belongs to. Only `USER` objects are compared unless the caller asks for more."""

    USER = "user"
    EXTENSION = "extension"
    """A member of an extension: it comes and goes with `CREATE EXTENSION` and `DROP EXTENSION`."""
    PLATFORM = "platform"
    """Kept by the hosting platform."""
    NEONKIT = "neonkit"
    """In the schema that neonkit keeps for itself."""
    CLUSTER = "cluster"
    """A role that nothing in this database refers to; it belongs to the cluster's other databases."""

    # That of `Enum` is a function in Python, and every object is asked for its origin.
    __hash__ = str.__hash__


def fact(**options: Any) -> Any:
    """A dataclass field that is shown but never compared or hashed."""
    return dataclasses.field(**options, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaObject:
    """One object of a database. Subclasses add their attributes and say how their key is made."""

    kind: ClassVar[Kind]

    comment: str | None = None
    origin: Origin = fact(default=Origin.USER)  # noqa: RUF009 - makes a field

    @property
    def key(self) -> Key:
        """The identity of the object inside its database."""
        raise NotImplementedError

    @property
    def derived_from(self) -> Key | None:
        """The object whose definition makes the server keep this one, or None.

        A partition's index stands on the parent's index, a unique constraint's index on the constraint.
        Comparisons fold a difference into the source when the source has the same one.
        """
        return None


_COMPARED: dict[type[SchemaObject], tuple[str, ...]] = {}


def compared_fields(kind: type[SchemaObject]) -> tuple[str, ...]:
    """The names of the attributes that make two objects of this class equal, in order of declaration."""
    found = _COMPARED.get(kind)
    if found is None:
        found = _COMPARED[kind] = tuple(field.name for field in dataclasses.fields(kind) if field.compare)
    return found
