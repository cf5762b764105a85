"""Constraints of tables, not-null ones left to their columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.schema.catalog.directory import Directory, oids
from toolkit.schema.objects import Constraint

_TYPES: Mapping[str, Any] = {
    "p": "primary key",
    "u": "unique",
    "f": "foreign key",
    "c": "check",
    "x": "exclude",
}
_ACTIONS: Mapping[str | None, Any] = {
    None: None,
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_MATCH: Mapping[str | None, Any] = {None: None, "s": "simple", "f": "full", "p": "partial"}


def constraints(
    rows: Iterable[Any], directory: Directory, indexes: Mapping[int, Any]
) -> Iterator[Constraint]:
    """Every constraint as an object. `indexes`: the rows of the index query by the index's oid."""
    relations = directory.relations
    rows = [row for row in rows if row[3] != "n" and row[1] in relations]
    parents = {row[15] for row in rows if row[15]}
    names = {row[0]: (*relations[row[1]].name, row[2]) for row in rows if row[0] in parents}
    comments = directory.comments_of("pg_constraint")
    for row in rows:
        yield _constraint(row, directory, indexes, names.get(row[15]), comments.get((row[0], 0)))


def _constraint(
    row: Any,
    directory: Directory,
    indexes: Mapping[int, Any],
    parent: tuple[str, str, str] | None,
    comment: str | None,
) -> Constraint:
    (
        _oid, relation, name, letter, keys, foreign, foreign_keys, on_update, on_delete, match, deferrable,
        deferred, invalid, no_inherit, inherited, _parent, index, set_columns, unenforced, temporal, text,
    ) = row  # fmt: skip
    (schema, table), _kind, origin = directory.relations[relation]
    of_key = letter in "pu"
    equal_nulls, include = _from_index(index, indexes, directory) if of_key else (False, ())
    columns = directory.columns(relation, oids(keys))
    referred = directory.relations.get(foreign) if foreign else None
    return Constraint(
        schema,
        table,
        name,
        _TYPES[letter],
        tuple(sorted(columns)) if letter == "c" else columns,
        text if letter == "c" else None,
        text if letter == "x" else None,
        referred.name if referred else None,
        directory.columns(foreign, oids(foreign_keys)) if foreign else (),
        _ACTIONS[on_update],
        _ACTIONS[on_delete],
        directory.columns(relation, oids(set_columns)) if set_columns else (),
        _MATCH[match],
        deferrable is not None,
        deferred is not None,
        # A constraint that is not enforced is never validated; one fact is enough.
        invalid is None or unenforced is not None,
        unenforced is None,
        no_inherit is not None and letter == "c",
        temporal is not None,
        include,
        equal_nulls,
        inherited is None,
        parent or (None if inherited is None else _inherited(relation, name, directory)),
        comment=comment,
        origin=origin,
    )


def _inherited(relation: int, name: str, directory: Directory) -> tuple[str, str, str] | None:
    """The constraint of the parent table: inherited checks keep their name and no pointer."""
    for parent in directory.parents.get(relation, ()):
        if parent in directory.relations:
            return (*directory.relations[parent].name, name)
    return None


def _from_index(index: int, indexes: Mapping[int, Any], directory: Directory) -> tuple[bool, tuple[str, ...]]:
    """Whether nulls are equal, and the columns that are only carried along."""
    row = indexes.get(index)
    if row is None:
        return False, ()
    numbers = oids(row[4])
    carried = directory.columns(row[1], numbers[row[5] :]) if len(numbers) > row[5] else ()
    return row[10] is not None, carried
