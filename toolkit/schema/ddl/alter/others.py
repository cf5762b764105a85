"""What can change in place of the other kinds. Every function gives None where the object is made anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from toolkit.schema.ddl.alter.options import foreign_changes, set_and_reset
from toolkit.schema.ddl.alter.targets import target
from toolkit.schema.ddl.routines import create_routine
from toolkit.schema.ddl.sequences import sequence_options
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.views import create_view
from toolkit.schema.objects import (
    Constraint,
    Function,
    Index,
    Procedure,
    Sequence,
    View,
)
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal

STATES = {"origin": "ENABLE", "disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}

Changed = frozenset[str]


def routine(
    before: Function | Procedure, after: Function | Procedure, _changed: Changed
) -> Iterable[str] | None:
    """Replaced, unless callers could tell: other arguments or another result."""
    if before.arguments != after.arguments or getattr(before, "returns", "") != getattr(after, "returns", ""):
        return None
    if getattr(before, "window", False) != getattr(after, "window", False):
        return None
    return [create_routine(after, replace=True)]


def view(before: View, after: View, old: Source, new: Source) -> Iterable[str] | None:
    """Replaced, as long as its columns stay and new ones come last."""
    was = [
        (found.name, found.type, found.collation) for found in old.snapshot.parts(before.qualified).columns
    ]
    is_ = [(found.name, found.type, found.collation) for found in new.snapshot.parts(after.qualified).columns]
    return [create_view(after, replace=True)] if is_[: len(was)] == was else None


def index(before: Index, after: Index, changed: Changed) -> Iterable[str] | None:
    """Storage, clustering and statistics."""
    if changed - {"options", "clustered", "tablespace"}:
        return None
    return _index(before, after)


def _index(before: Index, after: Index) -> Iterator[str]:
    head = f"ALTER INDEX {qualified(after.schema, after.name)}"
    yield from set_and_reset(head, before.options, after.options)
    if before.tablespace != after.tablespace:
        yield f"{head} SET TABLESPACE {quote_identifier(after.tablespace or 'pg_default')}"
    if after.clustered and not before.clustered:
        yield f"ALTER TABLE {after.relation} CLUSTER ON {quote_identifier(after.name)}"
    elif before.clustered and not after.clustered:
        yield f"ALTER TABLE {after.relation} SET WITHOUT CLUSTER"


def constraint(before: Constraint, after: Constraint, changed: Changed) -> Iterable[str] | None:
    """When a foreign key is checked, and that it is valid."""
    head = f"ALTER TABLE {after.relation}"
    name = quote_identifier(after.name)
    if changed == {"validated"} and after.validated:
        return [f"{head} VALIDATE CONSTRAINT {name}"]
    if before.type == "foreign key" and changed <= {"deferrable", "initially_deferred"}:
        word = "DEFERRABLE" if after.deferrable else "NOT DEFERRABLE"
        when = " INITIALLY DEFERRED" if after.initially_deferred else ""
        return [f"{head} ALTER CONSTRAINT {name} {word}{when}"]
    return None


def sequence(before: Sequence, after: Sequence, _changed: Changed) -> Iterable[str] | None:
    """Options, column and persistence; made anew only where it starts or ends to feed an identity column."""
    fed = before.identity or after.identity
    moves = before.identity != after.identity or before.owned_by != after.owned_by
    return None if fed and moves else _sequence(before, after)


def _sequence(before: Sequence, after: Sequence) -> Iterator[str]:
    head = f"ALTER SEQUENCE {qualified(after.schema, after.name)}"
    if sequence_options(before) != sequence_options(after):
        cycle = "CYCLE" if after.cycle else "NO CYCLE"
        type_ = f"AS {after.type} " if before.type != after.type else ""
        yield (
            f"{head} {type_}INCREMENT BY {after.increment} MINVALUE {after.minimum} MAXVALUE {after.maximum}"
            f" START WITH {after.start} CACHE {after.cache} {cycle}"
        )
    if before.persistence != after.persistence:
        yield f"{head} SET {'UNLOGGED' if after.persistence == 'unlogged' else 'LOGGED'}"


def firing(_before: Any, after: Any, changed: Changed) -> Iterable[str] | None:
    """Whether triggers, rules and event triggers fire."""
    if changed != {"enabled"} or getattr(after, "internal", False):
        return None
    if not hasattr(after, "table"):
        return [f"ALTER {target(after)} {STATES[after.enabled]}"]
    word = str(after.kind).upper()
    return [f"ALTER TABLE {after.relation} {STATES[after.enabled]} {word} {quote_identifier(after.name)}"]


def statistics(_before: Any, after: Any, changed: Changed) -> Iterable[str] | None:
    """The target."""
    if changed != {"target"}:
        return None
    return [f"ALTER {target(after)} SET STATISTICS {-1 if after.target is None else after.target}"]


def materialized_view(_before: Any, after: Any, changed: Changed) -> Iterable[str] | None:
    """Whether it is filled."""
    if changed != {"populated"}:
        return None
    return [f"REFRESH {target(after)}{'' if after.populated else ' WITH NO DATA'}"]


def extension(_before: Any, after: Any, changed: Changed) -> Iterable[str] | None:
    """Where it is."""
    if changed != {"schema"}:
        return None
    return [f"ALTER {target(after)} SET SCHEMA {quote_identifier(after.schema)}"]


def foreign(before: Any, after: Any, changed: Changed) -> Iterable[str] | None:
    """Options of wrappers and servers, and a server's version, which can be set and never taken away."""
    if changed - {"options", "version"} or ("version" in changed and after.version is None):
        return None
    head = f"ALTER {target(after)}"
    version = [f"{head} VERSION {quote_literal(after.version)}"] if "version" in changed else []
    return [*version, *foreign_changes(head, before.options, after.options)]
