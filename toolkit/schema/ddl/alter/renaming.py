"""Renames that the caller knows of: the statements, and the snapshot as they leave it.

Containers are renamed before what is in them, so that a pair's second key may stand in a container that is
itself renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from toolkit.schema.ddl.alter.errors import NotARenameError
from toolkit.schema.ddl.alter.renamed import renamed
from toolkit.schema.ddl.alter.step import Hazard, Step
from toolkit.schema.ddl.alter.targets import relation, target
from toolkit.schema.objects import (
    RELATION_KINDS,
    Aggregate,
    Enum,
    Function,
    Key,
    Kind,
    Procedure,
    Qualified,
    SchemaObject,
    Sequence,
)
from toolkit.schema.snapshot import Snapshot
from toolkit.sql.quoting import quote_identifier, quote_literal

_ORDER: Final = (
    Kind.SCHEMA,
    Kind.ENUM,
    Kind.DOMAIN,
    Kind.COMPOSITE,
    Kind.RANGE,
    Kind.SEQUENCE,
    Kind.FUNCTION,
    Kind.PROCEDURE,
    Kind.AGGREGATE,
    Kind.TABLE,
    Kind.FOREIGN_TABLE,
    Kind.VIEW,
    Kind.MATERIALIZED_VIEW,
    Kind.COLUMN,
    Kind.CONSTRAINT,
    Kind.INDEX,
    Kind.POLICY,
    Kind.TRIGGER,
)
"""The kinds that can be renamed, containers first."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """The statements, and the snapshot as they leave it."""

    steps: tuple[Step, ...]
    snapshot: Snapshot

    @classmethod
    def of(cls, before: Snapshot, after: Snapshot, renames: Iterable[tuple[Key, Key]]) -> Renaming:
        """Apply the renames, one after another. Raises `NotARenameError`."""
        pairs = list(renames)
        for old, new in pairs:
            if reason := _objection(old, new, before, after):
                raise NotARenameError(str(old), str(new), reason)
        steps: list[Step] = []
        done: list[tuple[Key, Key]] = []
        snapshot = before
        for old, new in sorted(pairs, key=_place):
            here = old
            for earlier in done:
                here = _moved(here, *earlier)
            if reason := _objection_now(here, new, snapshot):
                raise NotARenameError(str(old), str(new), reason)
            steps += (Step(new, sql, Hazard.SAFE) for sql in _statements(here, new, snapshot))
            snapshot = renamed(snapshot, here, new)
            done.append((here, new))
        for old, new in _identities(snapshot, after):
            steps += (Step(new, sql, Hazard.SAFE) for sql in _statements(old, new, snapshot))
            snapshot = renamed(snapshot, old, new)
        return cls(tuple(steps), snapshot)


def _identities(before: Snapshot, after: Snapshot) -> list[tuple[Key, Key]]:
    """Sequences that feed the same identity column under two names: what they belong to says who they are."""
    old = {found.owned_by: found.key for found in before.of(Sequence) if found.identity}
    new = {found.owned_by: found.key for found in after.of(Sequence) if found.identity}
    pairs = [(old[owner], new[owner]) for owner in old.keys() & new.keys() if old[owner] != new[owner]]
    return [(was, is_) for was, is_ in sorted(pairs) if is_ not in before.objects]


def _place(pair: tuple[Key, Key]) -> tuple[int, int, Key]:
    return _ORDER.index(pair[0].kind), -len(pair[0].path), pair[0]


def _is_label(key: Key) -> bool:
    return key.kind is Kind.ENUM and len(key.path) == 3


def _has(snapshot: Snapshot, key: Key) -> bool:
    if _is_label(key):
        enum = snapshot.objects.get(Key(Kind.ENUM, key.path[:2]))
        return isinstance(enum, Enum) and key.path[2] in enum.labels
    return key in snapshot.objects


def _objection(old: Key, new: Key, before: Snapshot, after: Snapshot) -> str | None:
    if old.kind is not new.kind or len(old.path) != len(new.path):
        return "they are of different kinds"
    if old.kind not in _ORDER:
        return f"a {old.kind} is made anew under another name"
    if not _has(before, old):
        return "the first is not there before"
    if not _has(after, new):
        return "the second is not there afterwards"
    return None


def _objection_now(here: Key, new: Key, snapshot: Snapshot) -> str | None:
    if _has(snapshot, new):
        return "the second is there before, too"
    moves = here.path[:-1] != new.path[:-1]
    if moves and (len(here.path) != 2 or (_is_routine(here) and _arguments(here) != _arguments(new))):
        return "they stand on different objects"
    return None


def _is_routine(key: Key) -> bool:
    return key.kind in (Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE)


def _arguments(key: Key) -> str:
    return key.path[1].partition("(")[2]


def _moved(key: Key, old: Key, new: Key) -> Key:
    """The key as it is after its container was renamed."""
    if old.kind is Kind.SCHEMA and key.kind is not Kind.SCHEMA and key.path[:1] == old.path:
        return Key(key.kind, (new.path[0], *key.path[1:]))
    contains = old.kind in RELATION_KINDS or (old.kind is Kind.ENUM and key.kind is Kind.ENUM)
    if contains and len(key.path) > 2 and key.path[:2] == old.path:
        return Key(key.kind, (*new.path, *key.path[2:]))
    return key


def _statements(old: Key, new: Key, snapshot: Snapshot) -> Iterator[str]:
    name = quote_identifier(new.path[-1])
    if _is_label(old):
        labels = f"{quote_literal(old.path[2])} TO {quote_literal(new.path[2])}"
        yield f"ALTER TYPE {Qualified(*old.path[:2])} RENAME VALUE {labels}"
        return
    thing = snapshot.objects[old]
    last = quote_identifier(old.path[-1])
    if old.kind is Kind.COLUMN:
        table = snapshot.relation(Qualified(*old.path[:2]))
        yield f"ALTER {_word(table)} {relation(old)} RENAME COLUMN {last} TO {name}"
    elif old.kind is Kind.CONSTRAINT:
        yield f"ALTER TABLE {relation(old)} RENAME CONSTRAINT {last} TO {name}"
    elif isinstance(thing, Function | Procedure | Aggregate):
        yield from _of_routine(thing, new)
    else:
        yield from _of_others(thing, old, new)


def _word(thing: SchemaObject | None) -> str:
    return "TABLE" if thing is None else str(thing.kind).upper()


def _of_routine(thing: Function | Procedure | Aggregate, new: Key) -> Iterator[str]:
    name = new.path[1].partition("(")[0]
    if thing.key.path[1].partition("(")[0] != name:
        yield f"ALTER {target(thing)} RENAME TO {name}"
    if thing.schema != new.path[0]:
        moved = f"ROUTINE {quote_identifier(thing.schema)}.{name}({thing.identity})"
        yield f"ALTER {moved} SET SCHEMA {quote_identifier(new.path[0])}"


def _of_others(thing: SchemaObject, old: Key, new: Key) -> Iterator[str]:
    if old.path[-1] != new.path[-1]:
        yield f"ALTER {target(thing)} RENAME TO {quote_identifier(new.path[-1])}"
    if len(old.path) == 2 and old.path[0] != new.path[0] and not isinstance(thing, Sequence):
        here = target(thing).rsplit(" ", 1)[0]
        yield f"ALTER {here} {Qualified(old.path[0], new.path[1])} SET SCHEMA {quote_identifier(new.path[0])}"
    elif isinstance(thing, Sequence) and old.path[0] != new.path[0]:
        yield (
            f"ALTER SEQUENCE {Qualified(old.path[0], new.path[1])} SET SCHEMA {quote_identifier(new.path[0])}"
        )
