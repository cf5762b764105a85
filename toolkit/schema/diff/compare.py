"""Comparing two snapshots, attribute by attribute."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from toolkit.schema.diff.folding import fold
from toolkit.schema.diff.renames import rename_candidates
from toolkit.schema.diff.values import AttributeChange, ObjectChange, SchemaDiff
from toolkit.schema.diff.versions import across_majors, may_be_rendering
from toolkit.schema.objects import (
    CLASSES,
    Column,
    Key,
    Kind,
    Origin,
    Qualified,
    SchemaObject,
    compared_fields,
)
from toolkit.schema.snapshot import OWN, Snapshot

_ORDER: Final = {kind: place for place, kind in enumerate(CLASSES)}


def compare(
    before: Snapshot,
    after: Snapshot,
    *,
    origins: Collection[Origin] = OWN,
    leave_out: Collection[Kind] = (),
) -> SchemaDiff:
    """What leads from `before` to `after`.

    Only objects of `origins` are compared. `leave_out` names kinds to ignore, such as roles between clusters.
    """
    across = before.server.major != after.server.major
    found = _looked_through(before, after, origins, leave_out, across)
    changes = _with_column_order(before, after, found.moved, found.changes)
    return SchemaDiff(
        changes=tuple(sorted(fold(before, after, changes), key=_by_kind)),
        renames=rename_candidates(before, after, changes),
        not_compared=found.left_out | _not_modelled(before, after),
        notes=tuple(_notes(before, after)),
    )


@dataclass(slots=True)
class _Found:
    changes: list[ObjectChange] = field(default_factory=list)
    moved: set[Qualified] = field(default_factory=set)
    """Relations with a column at another position."""
    left_out: dict[str, int] = field(default_factory=dict)


def _looked_through(
    before: Snapshot,
    after: Snapshot,
    origins: Collection[Origin],
    leave_out: Collection[Kind],
    across: bool,
) -> _Found:
    """Object by object, once. Most are equal, so nothing is built before a difference is found."""
    found = _Found()
    for key, was, is_ in _paired(before.objects, after.objects):
        if isinstance(was, Column) and isinstance(is_, Column) and was.position != is_.position:
            found.moved.add(was.relation)
        if reason := _left_out(was if is_ is None else is_, origins, leave_out):
            found.left_out[reason] = found.left_out.get(reason, 0) + 1
        if key.kind in leave_out:
            continue
        is_there = is_ is not None and is_.origin in origins
        if was is None or was.origin not in origins:
            if is_there:
                found.changes.append(ObjectChange(key, "added"))
        elif is_ is None or not is_there:
            found.changes.append(ObjectChange(key, "removed"))
        elif was != is_ and (attributes := tuple(_attributes(was, is_, across))):
            found.changes.append(ObjectChange(key, "changed", attributes))
    return found


def _left_out(thing: SchemaObject | None, origins: Collection[Origin], leave_out: Collection[Kind]) -> str:
    if thing is None or (thing.origin in origins and not leave_out):
        return ""
    if thing.origin not in origins:
        return f"of {thing.origin}"
    return f"kind {thing.kind}" if thing.kind in leave_out else ""


def _paired(
    before: Mapping[Key, SchemaObject], after: Mapping[Key, SchemaObject]
) -> Iterator[tuple[Key, SchemaObject | None, SchemaObject | None]]:
    """Every key of either side once, with what has it before and after. Looking up is what costs."""
    common = 0
    for key, was in before.items():
        is_ = after.get(key)
        common += is_ is not None
        yield key, was, is_
    if common < len(after):
        yield from ((key, None, is_) for key, is_ in after.items() if key not in before)


def _attributes(was: SchemaObject, is_: SchemaObject, across: bool) -> Iterator[AttributeChange]:
    if type(was) is not type(is_):
        return
    for name in compared_fields(type(was)):
        old, new = getattr(was, name), getattr(is_, name)
        if across:
            old, new = across_majors(old, new)
        if old == new or (name == "grants" and _follows_owner(was, is_)):
            continue
        yield AttributeChange(name, old, new, across and may_be_rendering(type(was), name))


def _follows_owner(was: SchemaObject, is_: SchemaObject) -> bool:
    """Whether the grants are the same but that the new owner stands where the old one stood."""
    old_owner, new_owner = getattr(was, "owner", None), getattr(is_, "owner", None)
    if old_owner == new_owner:
        return False

    def relative(thing: Any, owner: str | None) -> set[tuple[str | None, str, bool, bool]]:
        return {
            (
                None if grant.grantee == owner and not grant.to_public else grant.grantee,
                grant.privilege,
                grant.grantable,
                grant.to_public,
            )
            for grant in thing.grants
        }

    return relative(was, old_owner) == relative(is_, new_owner)


def _with_column_order(
    before: Snapshot, after: Snapshot, moved: Iterable[Qualified], changes: list[ObjectChange]
) -> list[ObjectChange]:
    """Add the order of columns, as an attribute of tables whose common columns stand differently.

    Where all of them have the positions they had, their order is what it was; the others are `moved`.
    """
    by_key = {change.key: change for change in changes}
    for name in sorted(moved):
        change = _column_order(before, after, name)
        thing = after.relation(name)
        if change is None or thing is None or thing.kind is not Kind.TABLE or thing.origin not in OWN:
            continue
        known = by_key.get(thing.key)
        attributes = (*(known.attributes if known else ()), change)
        by_key[thing.key] = ObjectChange(thing.key, "changed", attributes)
    return list(by_key.values())


def _column_order(before: Snapshot, after: Snapshot, name: Qualified) -> AttributeChange | None:
    old = [column.name for column in before.parts(name).columns]
    new = [column.name for column in after.parts(name).columns]
    if old == new:
        return None
    common = set(old) & set(new)
    old = [column for column in old if column in common]
    new = [column for column in new if column in common]
    return AttributeChange("column_order", tuple(old), tuple(new)) if old != new else None


def _not_modelled(before: Snapshot, after: Snapshot) -> dict[str, int]:
    counts = (before.census.not_modelled, after.census.not_modelled)
    kinds = counts[0].keys() | counts[1].keys()
    return {f"not modelled: {kind}": max(side.get(kind, 0) for side in counts) for kind in sorted(kinds)}


def _notes(before: Snapshot, after: Snapshot) -> Iterator[str]:
    if before.server.major != after.server.major:
        yield (
            f"PostgreSQL {before.server.major} and {after.server.major} write some expressions differently:"
            " a difference marked as rendering only may mean the same."
        )
    for side in (before, after):
        for sentence in side.census.not_visible:
            yield f"Not visible in {side.server.database}: {sentence}."


def _by_kind(change: ObjectChange) -> tuple[int, tuple[str, ...]]:
    return _ORDER[change.key.kind], change.key.path
