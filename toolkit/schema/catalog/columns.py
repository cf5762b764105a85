"""Columns of every relation, and the not-null constraints that PostgreSQL 18 keeps for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from toolkit.schema.catalog.directory import Attribute, Directory, oids, options
from toolkit.schema.objects import Column, NotNull, Qualified

_IDENTITY: Mapping[str | None, Any] = {"a": "always", "d": "by default", None: None}
_GENERATED: Mapping[str | None, Any] = {"s": "stored", "v": "virtual", None: None}
_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended", None: None}
_COMPRESSION = {"p": "pglz", "l": "lz4", None: None}
_PLAIN = NotNull()
_IS_INDEX = 18
"""Where a row of the query says that it is a key of an index and not a column of a relation."""


def note_columns(rows: Iterable[Any], directory: Directory) -> None:
    """Put every column of a relation into the directory."""
    attributes = directory.attributes
    for row in rows:
        if not row[_IS_INDEX]:
            of_relation = attributes.get(row[0])
            if of_relation is None:
                of_relation = attributes[row[0]] = {}
            of_relation[row[1]] = Attribute(row[2], row[4], row[5] or 0)


def not_null_constraints(rows: Iterable[Any], directory: Directory) -> dict[int, dict[int, NotNull]]:
    """The not-null constraints by relation, and there by attribute number."""
    found: dict[int, dict[int, NotNull]] = {}
    comments = directory.comments_of("pg_constraint")
    for row in rows:
        if row[3] == "n":
            of_relation = found.get(row[1])
            if of_relation is None:
                of_relation = found[row[1]] = {}
            of_relation[oids(row[4])[0]] = NotNull(
                row[2], row[12] is None, row[13] is not None, comments.get((row[0], 0))
            )
    return found


def columns(
    rows: Iterable[Any], directory: Directory, not_nulls: Mapping[int, Mapping[int, NotNull]]
) -> Iterator[Column]:
    """Every column as an object."""
    seen: dict[str, str] = {}
    of_relations = [row for row in rows if not row[_IS_INDEX]]
    of_relations.sort(key=itemgetter(0, 1))
    comments = directory.comments_of("pg_class")
    relation, position, table = 0, 0, None
    nothing: Mapping[int, NotNull] = {}
    named = nothing
    for row in of_relations:
        (
            found, number, name, type_, _type_oid, _collation, not_null, default, generated, identity,
            collation, storage, compression, target, own_options, foreign_options, acl, inherited, _,
        ) = row  # fmt: skip
        if found != relation:
            relation, position, table = found, 0, directory.relations.get(found)
            named = not_nulls.get(found, nothing)
        if table is None:
            continue
        position += 1
        (schema, table_name), _kind, origin = table
        yield Column(
            schema,
            table_name,
            name,
            # The server sends each type's text anew; one string per type is enough.
            seen.setdefault(type_, type_),
            named.get(number, _PLAIN) if not_null else None,
            None if generated else default,
            default if generated else None,
            _GENERATED[generated],
            _IDENTITY[identity],
            collation,
            _STORAGE[storage],
            _COMPRESSION.get(compression, compression),
            target,
            options(own_options) if own_options else (),
            options(foreign_options) if foreign_options else (),
            () if acl is None else directory.grants("c", 0, acl),
            inherited is None,
            None if inherited is None else _parent(relation, name, directory),
            position,
            comment=comments.get((relation, number)),
            origin=origin,
        )


def _parent(relation: int, name: str, directory: Directory) -> Qualified | None:
    for parent in directory.parents.get(relation, ()):
        if any(attribute.name == name for attribute in directory.attributes.get(parent, {}).values()):
            return directory.relations[parent].name
    return None


def index_column_options(rows: Iterable[Any]) -> dict[tuple[int, int], tuple[int | None, tuple[str, ...]]]:
    """Statistics target and operator class options of index keys that have any, by index and position."""
    return {(row[0], row[1]): (row[13], options(row[14])) for row in rows if row[_IS_INDEX]}
