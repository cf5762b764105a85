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
_ACTIONS: Mapping[str, Any] = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}
_MATCH: Mapping[str, Any] = {"s": "simple", "f": "full", "p": "partial"}


def constraints(
    rows: Iterable[Any], directory: Directory, indexes: Mapping[int, Any]
) -> Iterator[Constraint]:
    """Every constraint as an object. `indexes`: the rows of the index query by the index's oid."""
    names = {
        row[0]: (*directory.relations[row[1]].name, row[2]) for row in rows if row[1] in directory.relations
    }
    for row in rows:
        if row[3] != "n" and row[1] in directory.relations:
            yield _constraint(row, directory, indexes, names.get(row[15]))


def _constraint(
    row: Any, directory: Directory, indexes: Mapping[int, Any], parent: tuple[str, str, str] | None
) -> Constraint:
    (
        oid, relation, name, letter, keys, foreign, foreign_keys, on_update, on_delete, match, deferrable,
        deferred, validated, no_inherit, local, _parent, index, set_columns, enforced, temporal, text,
    ) = row  # fmt: skip
    table = directory.relations[relation]
    is_foreign = letter == "f"
    key_columns = directory.columns(relation, keys)
    equal_nulls, include = _from_index(index, indexes, directory) if letter in "pu" else (False, ())
    return Constraint(
        *table.name,
        name,
        _TYPES[letter],
        tuple(sorted(key_columns)) if letter == "c" else key_columns,
        text if letter == "c" else None,
        text if letter == "x" else None,
        directory.relations[foreign].name if is_foreign and foreign in directory.relations else None,
        directory.columns(foreign, foreign_keys) if is_foreign else (),
        _ACTIONS[on_update] if is_foreign else None,
        _ACTIONS[on_delete] if is_foreign else None,
        directory.columns(relation, set_columns),
        _MATCH[match] if is_foreign else None,
        deferrable,
        deferred,
        # A constraint that is not enforced is never validated; one fact is enough.
        validated or not enforced,
        enforced,
        no_inherit if letter == "c" else False,
        temporal,
        include,
        equal_nulls,
        local,
        parent or (None if local else _inherited(relation, name, directory)),
        comment=directory.comment("pg_constraint", oid),
        origin=table.origin,
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
    return row[10], directory.columns(row[1], oids(row[4])[row[5] :])
