"""Columns of every relation, and the not-null constraints that PostgreSQL 18 keeps for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.schema.catalog.directory import Attribute, Directory, options
from toolkit.schema.objects import Column, NotNull, Qualified

_IDENTITY: Mapping[str, Any] = {"a": "always", "d": "by default", "": None}
_GENERATED: Mapping[str, Any] = {"s": "stored", "v": "virtual", "": None}
_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended", None: None}
_COMPRESSION = {"p": "pglz", "l": "lz4", "": None}
_PLAIN = NotNull()


def note_columns(rows: Iterable[Any], directory: Directory) -> None:
    """Put every column of a relation into the directory."""
    attributes = directory.attributes
    for row in rows:
        if row[1] not in "iI":
            attributes.setdefault(row[0], {})[row[2]] = Attribute(row[3], row[5], row[6])


def not_null_constraints(rows: Iterable[Any], directory: Directory) -> dict[tuple[int, int], NotNull]:
    """The not-null constraints by relation and attribute number."""
    return {
        (row[1], row[4][0]): NotNull(row[2], row[12], row[13], directory.comment("pg_constraint", row[0]))
        for row in rows
        if row[3] == "n"
    }


def columns(
    rows: Iterable[Any], directory: Directory, not_nulls: Mapping[tuple[int, int], NotNull]
) -> Iterator[Column]:
    """Every column as an object."""
    seen: dict[str, str] = {}
    positions: dict[int, int] = {}
    relations, comments = directory.relations, directory.comments
    for row in sorted(rows, key=lambda row: (row[0], row[2])):
        (
            relation, relkind, number, name, type_, _type_oid, _collation, not_null, default, generated,
            identity, collation, storage, compression, target, own_options, foreign_options, acl, local,
        ) = row  # fmt: skip
        if relkind in "iI" or relation not in relations:
            continue
        positions[relation] = position = positions.get(relation, 0) + 1
        table = relations[relation]
        yield Column(
            table.name.schema,
            table.name.name,
            name,
            # The server sends each type's text anew; one string per type is enough.
            seen.setdefault(type_, type_),
            not_nulls.get((relation, number), _PLAIN) if not_null else None,
            None if generated else default,
            default if generated else None,
            _GENERATED[generated],
            _IDENTITY[identity],
            collation,
            _STORAGE[storage],
            _COMPRESSION.get(compression, compression),
            target if target is not None and target >= 0 else None,
            options(own_options),
            options(foreign_options),
            () if acl is None else directory.grants("c", 0, acl),
            local,
            None if local else _parent(relation, name, directory),
            position,
            comment=comments.get(("pg_class", relation, number)),
            origin=table.origin,
        )


def _parent(relation: int, name: str, directory: Directory) -> Qualified | None:
    for parent in directory.parents.get(relation, ()):
        if any(attribute.name == name for attribute in directory.attributes.get(parent, {}).values()):
            return directory.relations[parent].name
    return None


def index_column_options(rows: Iterable[Any]) -> dict[tuple[int, int], tuple[int | None, tuple[str, ...]]]:
    """Statistics target and operator class options of index keys that have any, by index and position."""
    return {
        (row[0], row[2]): (row[14] if row[14] is not None and row[14] >= 0 else None, options(row[15]))
        for row in rows
        if row[1] in "iI"
    }
