"""Objects that somebody says are one under two names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.migrate.drift.fixing.errors import NoSuchDifferenceError, WishError
from toolkit.schema import Snapshot
from toolkit.schema.ddl.alter.renaming import Renaming
from toolkit.schema.objects import Key, Kind

Renames = tuple[tuple[Key, Key], ...]


def renames_of(pairs: Iterable[tuple[str, str]], before: Snapshot, after: Snapshot) -> Renames:
    """Pairs of keys from names as the report writes them and new last names.

    `enum public.mood.calm` speaks of a label. Raises NoSuchDifferenceError for a name that `before` has not,
    WishError for a new one that `after` has not.
    """
    found = []
    for old, new in pairs:
        key = _key(old, before)
        other = Key(key.kind, (*key.path[:-1], new))
        whole = Key(Kind.ENUM, other.path[:2]) if key.kind is Kind.ENUM else other
        if whole not in after.objects:
            raise WishError(f"there is no {other} that {old} could have become")
        found.append((key, other))
    return tuple(found)


def renamed_side(side: Snapshot, after: Snapshot, renames: Renames) -> Snapshot:
    """The side under the new names, texts included. Raises NotARenameError for a pair that cannot be one."""
    return Renaming.of(side, after, renames).snapshot if renames else side


def _key(name: str, side: Snapshot) -> Key:
    known: Sequence[Key] = [key for key in side.objects if name in (str(key), f"{key.kind} {key.name}")]
    if known:
        return known[0]
    for key in side.objects:
        label = name.removeprefix(f"{key}.")
        if key.kind is Kind.ENUM and label != name:
            return Key(Kind.ENUM, (*key.path, label))
    raise NoSuchDifferenceError("--rename", name, ())
