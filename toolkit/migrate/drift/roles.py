"""Roles between the database and a scratch one: who owns what there is a matter of who built it.

A scratch database is built by whoever may make one, the real one by whoever migrates. So the builder's name
is read as that of the role that owns most of what the migrations make.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from toolkit.schema.objects import Function, Grant, Role, SchemaObject, Sequence, Table
from toolkit.schema.snapshot import OWN, Snapshot

_TOUCHES_CLUSTER = re.compile(
    r"\b(create|drop|alter)\s+(role|user|group|database|tablespace)\b|\breassign\s+owned\b", re.IGNORECASE
)

_MAKES_ROLE = re.compile(r'\bcreate\s+(?:role|user|group)\s+(?:\\?"?(\w+)\\?"?)?', re.IGNORECASE)


def as_if_built_by_owner(scratch: Snapshot, live: Snapshot) -> Snapshot:
    """The scratch side with its builder read as the owner of the same objects in the live database."""
    builder = scratch.server.role
    owner = _owner_of_same(scratch, live, builder)
    if owner is None or owner == builder:
        return scratch
    renamed = (_renamed(thing, builder, owner) for thing in scratch.objects.values())
    return dataclasses.replace(scratch, objects={thing.key: thing for thing in renamed})


def _owner_of_same(scratch: Snapshot, live: Snapshot, builder: str) -> str | None:
    owners: Counter[str] = Counter()
    for key, thing in scratch.objects.items():
        if getattr(thing, "owner", None) == builder and key in live.objects:
            owners[getattr(live.objects[key], "owner", builder)] += 1
    return owners.most_common(1)[0][0] if owners else None


def _renamed(thing: SchemaObject, old: str, new: str) -> SchemaObject:
    changes: dict[str, Any] = {}
    for name in ("owner", "role"):
        if getattr(thing, name, None) == old:
            changes[name] = new
    grants = getattr(thing, "grants", ())
    if any(grant.grantee == old for grant in grants):
        changes["grants"] = tuple(sorted(_given_to(grant, old, new) for grant in grants))
    return dataclasses.replace(thing, **changes) if changes else thing


def _given_to(grant: Grant, old: str, new: str) -> Grant:
    if grant.grantee != old or grant.to_public:
        return grant
    return dataclasses.replace(grant, grantee=new)


def touches_cluster(texts: Iterable[str]) -> bool:
    """Whether a revision makes or changes what all databases of a server share.

    Running it in a scratch database would change the server for good.
    """
    return any(_TOUCHES_CLUSTER.search(text) for text in texts)


def roles_to_provide(live: Snapshot, texts: Iterable[str]) -> tuple[str, ...]:
    """Roles that revisions may expect on a server: the live one's, but those that they make themselves."""
    made = [_made_in(text) for text in texts]
    return tuple(
        role.name
        for role in live.of(Role)
        if not role.name.startswith("pg_") and not any(names(role.name) for names in made)
    )


def _made_in(text: str) -> Callable[[str], bool]:
    """Whether a revision makes a role of a name: the names it writes out, else every name that it has."""
    written = [found[1] for found in _MAKES_ROLE.finditer(text)]
    if all(written):
        return lambda name: name in written
    return lambda name: re.search(rf"\b{re.escape(name)}\b", text) is not None


def owner_of(side: Snapshot) -> str | None:
    """The role that owns most of what the users made."""
    owners = Counter(
        str(thing.owner)
        for thing in side.objects.values()
        if thing.origin in OWN and isinstance(thing, Table | Sequence | Function)
    )
    return owners.most_common(1)[0][0] if owners else None


def in_the_hands_of(side: Snapshot, old: str, new: str) -> Snapshot:
    """The side as if the role `new` had made, read and been granted what `old` did."""
    if old == new:
        return side
    renamed = (_renamed(thing, old, new) for thing in side.objects.values())
    server = dataclasses.replace(side.server, role=new) if side.server.role == old else side.server
    return dataclasses.replace(side, server=server, objects={thing.key: thing for thing in renamed})
