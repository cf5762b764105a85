"""The directory: what an oid or an attribute number is called. Lives only while a snapshot is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from toolkit.schema.catalog.acl import AccessLists
from toolkit.schema.catalog.platform import origin_of_schema
from toolkit.schema.objects import PUBLIC, Grants, Origin, Qualified


class Attribute(NamedTuple):
    """What other objects need to know of a column."""

    name: str
    type_oid: int
    collation_oid: int


class Relation(NamedTuple):
    """What other objects need to know of a relation."""

    name: Qualified
    kind: str
    """`relkind`."""
    origin: Origin


_SYSTEM_COLUMNS = {-1: "ctid", -2: "xmin", -3: "cmin", -4: "xmax", -5: "cmax", -6: "tableoid"}


@dataclass(slots=True)
class Directory:
    """Names by oid. Filled by the reader in the order in which the kinds need each other."""

    acl: AccessLists
    roles: dict[int, str] = field(default_factory=dict)
    relations: dict[int, Relation] = field(default_factory=dict)
    attributes: dict[int, dict[int, Attribute]] = field(default_factory=dict)
    parents: dict[int, list[int]] = field(default_factory=dict)
    detaching: set[int] = field(default_factory=set)
    comments: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)
    """By catalog, then by oid and number of the part."""
    members: set[tuple[str, int]] = field(default_factory=set)
    """Catalog and oid of everything that belongs to an extension."""

    def role(self, oid: int) -> str:
        """The role's name; its number where it was dropped meanwhile; PUBLIC for none."""
        return self.roles.get(oid, str(oid)) if oid else PUBLIC

    def comment(self, catalog: str, oid: int, part: int = 0) -> str | None:
        """The comment on an object or one of its columns."""
        return self.comments_of(catalog).get((oid, part))

    def comments_of(self, catalog: str) -> Mapping[tuple[int, int], str]:
        """The comments on the objects of a catalog, by oid and number of the part."""
        return self.comments.get(catalog, {})

    def origin(self, catalog: str, oid: int, schema: str | None = None) -> Origin:
        """Who an object belongs to."""
        if (catalog, oid) in self.members:
            return Origin.EXTENSION
        return origin_of_schema(schema) if schema is not None else Origin.USER

    def grants(self, kind: str, owner: int, items: Sequence[str] | None) -> Grants:
        """The expanded access list; `kind` is the letter of `acldefault`."""
        return self.acl.expand(kind, self.role(owner), items)

    def columns(self, relation: int, numbers: Sequence[int] | None) -> tuple[str, ...]:
        """The names of columns by attribute number."""
        if not numbers:
            return ()
        known = self.attributes.get(relation, {})
        try:
            return tuple([known[number].name for number in numbers])
        except KeyError:
            return tuple(
                known[number].name if number in known else _SYSTEM_COLUMNS.get(number, f"?{number}")
                for number in numbers
            )


@lru_cache(maxsize=4096)
def oids(vector: str | None) -> tuple[int, ...]:
    """The numbers of an `oidvector` or `int2vector` text, or of an array text."""
    return tuple(map(int, vector.strip("{}").replace(",", " ").split())) if vector else ()


def options(items: Iterable[str] | None, prefix: str = "") -> tuple[str, ...]:
    """Options as the catalog keeps them, `name=value`, sorted."""
    return tuple(sorted(prefix + item for item in items)) if items else ()
