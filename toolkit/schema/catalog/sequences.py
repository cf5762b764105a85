"""Sequences and the columns they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from toolkit.schema.catalog.directory import Directory
from toolkit.schema.catalog.tables import PERSISTENCE
from toolkit.schema.objects import OwnedBy, Sequence


def sequences(rows: Iterable[Any], directory: Directory) -> Iterator[Sequence]:
    """Every sequence as an object."""
    for row in rows:
        (
            oid, schema, name, owner, persistence, type_, start, increment, minimum, maximum, cache, cycle,
            relation, number, identity, acl,
        ) = row  # fmt: skip
        owned_by = None
        if relation in directory.relations:
            (column,) = directory.columns(relation, [number])
            owned_by = OwnedBy(*directory.relations[relation].name, column)
        yield Sequence(
            schema,
            name,
            directory.role(owner),
            type_,
            start,
            increment,
            minimum,
            maximum,
            cache,
            cycle,
            PERSISTENCE[persistence],
            owned_by,
            bool(identity),
            directory.grants("s", owner, acl),
            comment=directory.comment("pg_class", oid),
            origin=directory.origin("pg_class", oid, schema),
        )
