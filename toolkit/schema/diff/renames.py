"""Rename candidates: a removed and an added object that look alike. Proposed, never assumed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from toolkit.schema.diff.values import ObjectChange, RenameCandidate
from toolkit.schema.objects import Column, Key, Qualified, SchemaObject, Table, compared_fields
from toolkit.schema.snapshot import Snapshot

_ENOUGH: Final = 0.8
"""The share of attributes, or of a table's columns, that must be the same."""
_NAMES: Final = frozenset({"name", "schema", "table"})


def rename_candidates(
    before: Snapshot, after: Snapshot, changes: Iterable[ObjectChange]
) -> tuple[RenameCandidate, ...]:
    """The best candidate for each removed object, if any is alike enough."""
    removed = [before.objects[change.key] for change in changes if change.change == "removed"]
    added = [after.objects[change.key] for change in changes if change.change == "added"]
    places: dict[tuple[object, ...], list[SchemaObject]] = {}
    for thing in added:
        places.setdefault(_place(thing), []).append(thing)
    found: list[RenameCandidate] = []
    for thing in removed:
        scored = [
            RenameCandidate(thing.key, other.key, likeness)
            for other in places.get(_place(thing), ())
            if (likeness := _likeness(before, after, thing, other)) >= _ENOUGH
        ]
        if scored:
            found.append(max(scored, key=lambda candidate: (candidate.likeness, candidate.after)))
    return tuple(sorted(found, key=lambda candidate: candidate.before))


def _place(thing: SchemaObject) -> tuple[object, ...]:
    """Kind and container: a column is renamed inside its table, a table inside its schema."""
    return (thing.kind, *thing.key.path[:-1])


def _likeness(before: Snapshot, after: Snapshot, old: SchemaObject, new: SchemaObject) -> float:
    if isinstance(old, Table):
        ours = _columns(before, old.key)
        theirs = _columns(after, new.key)
        return len(ours & theirs) / max(len(ours | theirs), 1)
    names = [name for name in compared_fields(type(old)) if name not in _NAMES]
    same = sum(1 for name in names if getattr(old, name) == getattr(new, name))
    if isinstance(old, Column) and isinstance(new, Column) and old.type != new.type:
        return 0.0
    return same / max(len(names), 1)


def _columns(snapshot: Snapshot, key: Key) -> set[tuple[str, str]]:
    relation = Qualified(key.path[0], key.path[1])
    return {(column.name, column.type) for column in snapshot.parts(relation).columns}
