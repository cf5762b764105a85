"""Folding: differences that only follow from another one are listed under it.

Invariant: nothing is dropped; what is folded is named among the followers of what it follows from. A
difference is folded only if its source has the same one (an inherited column changed as its parent did) or
could not be there without it (the columns of a removed table, the index behind a new constraint).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from toolkit.schema.diff.values import ObjectChange
from toolkit.schema.objects import (
    RELATION_KINDS,
    Column,
    Constraint,
    Index,
    Key,
    Kind,
    Policy,
    Qualified,
    Rule,
    SchemaObject,
    Sequence,
    Trigger,
)
from toolkit.schema.snapshot import Snapshot

_OF_THE_CONSTRAINT: Final = frozenset({"keys", "include", "unique", "nulls_not_distinct", "method"})
"""Attributes of an index that the constraint it serves decides."""

_OF_THE_PARENT: Final = frozenset({"local", "parent"})
"""Attributes of a table's parts that say whether they come from a parent table."""


def fold(before: Snapshot, after: Snapshot, changes: Iterable[ObjectChange]) -> list[ObjectChange]:
    """The changes that stand for themselves, each with its followers."""
    by_key = {change.key: change for change in changes}
    followers: dict[Key, list[Key]] = {}
    kept: list[Key] = []
    for key, change in by_key.items():
        thing = (before if change.change == "removed" else after).objects[key]
        source = next(
            (found for found in _sources(thing) if _explains(by_key.get(found), change, thing)), None
        )
        if source is None:
            kept.append(key)
        else:
            followers.setdefault(source, []).append(key)
    return [replace(by_key[key], followers=tuple(sorted(_all_under(key, followers)))) for key in kept]


def _all_under(key: Key, followers: dict[Key, list[Key]]) -> Iterable[Key]:
    for follower in followers.get(key, ()):
        yield follower
        yield from _all_under(follower, followers)


def _sources(thing: SchemaObject) -> Iterable[Key]:
    """What could explain a difference of `thing`, nearest first."""
    if thing.derived_from is not None:
        yield thing.derived_from
    if isinstance(thing, Index) and thing.constraint:
        yield Key(Kind.CONSTRAINT, (thing.schema, thing.table, thing.constraint))
    if isinstance(thing, Sequence) and thing.owned_by:
        yield Key(Kind.COLUMN, thing.owned_by)
        yield from _relation_keys(Qualified(thing.owned_by.schema, thing.owned_by.table))
    if isinstance(thing, Column | Constraint | Index | Trigger | Policy | Rule):
        yield from _relation_keys(thing.relation)
    if isinstance(thing, Constraint):
        yield from (Key(Kind.COLUMN, (*thing.relation, name)) for name in thing.columns)
    if isinstance(thing, Index):
        yield from (Key(Kind.COLUMN, (*thing.relation, key.column)) for key in thing.keys if key.column)


def _relation_keys(relation: Qualified) -> Iterable[Key]:
    for kind in RELATION_KINDS:
        yield Key(kind, tuple(relation))


def _explains(source: ObjectChange | None, change: ObjectChange, thing: SchemaObject) -> bool:
    if source is None:
        return False
    of_a_column = source.key.kind is Kind.COLUMN and change.key.kind is not Kind.COLUMN
    if change.change != "changed":
        if of_a_column and isinstance(thing, Sequence):
            return source.change == change.change or _changed(source, "identity")
        if of_a_column:
            # Dropping a column drops what stands on it; adding one adds nothing by itself.
            return source.change == change.change == "removed"
        return source.change == change.change or _is_other_view(source, change)
    if source.change != "changed":
        return False
    if source.key.kind is Kind.TABLE and {part.attribute for part in change.attributes} <= _OF_THE_PARENT:
        return _changed(source, "inherits") or _changed(source, "partition_of")
    if change.key.kind is Kind.INDEX and source.key.kind is Kind.CONSTRAINT:
        return {changed.attribute for changed in change.attributes} <= _OF_THE_CONSTRAINT
    if change.key.kind is Kind.COLUMN and _is_other_view(source, change):
        return True
    # The server hands on what was done to the source: to inherited parts, and the owner to owned sequences.
    is_heir = source.key == thing.derived_from or isinstance(thing, Sequence)
    return is_heir and set(change.attributes) <= set(source.attributes)


def _is_other_view(source: ObjectChange, change: ObjectChange) -> bool:
    """Whether a view's column differs because the view has another definition."""
    return (
        change.key.kind is Kind.COLUMN
        and source.key.kind in (Kind.VIEW, Kind.MATERIALIZED_VIEW)
        and _changed(source, "definition")
    )


def _changed(change: ObjectChange, attribute: str) -> bool:
    return any(part.attribute == attribute for part in change.attributes)
