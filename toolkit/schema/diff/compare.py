"""Comparing two snapshots, attribute by attribute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from toolkit.schema.diff.folding import fold
from toolkit.schema.diff.renames import rename_candidates
from toolkit.schema.diff.values import AttributeChange, ObjectChange, SchemaDiff
from toolkit.schema.diff.versions import across_majors, may_be_rendering
from toolkit.schema.objects import CLASSES, Key, Kind, Origin, Qualified, SchemaObject, compared_fields
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
    old = _wanted(before, origins, leave_out)
    new = _wanted(after, origins, leave_out)
    across = before.server.major != after.server.major
    changes = [ObjectChange(key, "removed") for key in old.keys() - new.keys()]
    changes += [ObjectChange(key, "added") for key in new.keys() - old.keys()]
    for key in old.keys() & new.keys():
        was, is_ = old[key], new[key]
        if was != is_ and (attributes := tuple(_attributes(was, is_, across))):
            changes.append(ObjectChange(key, "changed", attributes))
    changes = _with_column_order(before, after, changes)
    return SchemaDiff(
        changes=tuple(sorted(fold(before, after, changes), key=_by_kind)),
        renames=rename_candidates(before, after, changes),
        not_compared=_not_compared(before, after, origins, leave_out),
        notes=tuple(_notes(before, after)),
    )


def _wanted(
    snapshot: Snapshot, origins: Collection[Origin], leave_out: Collection[Kind]
) -> Mapping[Key, SchemaObject]:
    return {
        key: thing
        for key, thing in snapshot.objects.items()
        if thing.origin in origins and key.kind not in leave_out
    }


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


def _with_column_order(before: Snapshot, after: Snapshot, changes: list[ObjectChange]) -> list[ObjectChange]:
    """Add the order of columns, as an attribute of tables whose common columns stand differently."""
    by_key = {change.key: change for change in changes}
    for name in before.relations:
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


def _not_compared(
    before: Snapshot, after: Snapshot, origins: Collection[Origin], leave_out: Collection[Kind]
) -> dict[str, int]:
    reasons: Counter[str] = Counter()
    things = {**before.objects, **after.objects}
    for key, thing in things.items():
        if thing.origin not in origins:
            reasons[f"of {thing.origin}"] += 1
        elif key.kind in leave_out:
            reasons[f"kind {key.kind}"] += 1
    for kind in before.census.not_modelled.keys() | after.census.not_modelled.keys():
        counts = (before.census.not_modelled.get(kind, 0), after.census.not_modelled.get(kind, 0))
        reasons[f"not modelled: {kind}"] += max(counts)
    return dict(reasons)


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
