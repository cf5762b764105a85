"""A database in the models' terms: only what metadata can say, and only of tables that the models have.

Held against the models are columns, keys, constraints, indexes, comments, enums, domains and sequences of
their tables. Not held: owners, grants, row-level security, policies, triggers, functions, views, and what is
tuned beside the models (storage, statistics, options, partitioning) as long as the models say nothing of it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from toolkit.schema.objects import (
    Column,
    Constraint,
    Domain,
    Enum,
    Index,
    Key,
    Kind,
    Qualified,
    SchemaObject,
    Sequence,
    Table,
)
from toolkit.schema.snapshot import Snapshot

_NEVER: Final[dict[type[SchemaObject], dict[str, Any]]] = {
    Table: {
        "owner": "", "grants": (), "replica_identity": "default", "row_security": False,
        "row_security_forced": False, "detach_pending": False, "of_type": None,
    },
    Column: {
        "storage": None, "compression": None, "statistics_target": None, "options": (), "grants": (),
        "foreign_options": (), "local": True,
    },
    Constraint: {"local": True, "parent": None},
    Index: {"comment": None, "clustered": False, "valid": True, "ready": True, "parent": None},
    Enum: {"owner": "", "grants": (), "comment": None},
    Domain: {"owner": "", "grants": (), "comment": None},
    Sequence: {"owner": "", "grants": (), "comment": None, "persistence": "permanent"},
}  # fmt: skip
"""What metadata cannot say, with what is put in its place."""

WHERE_SAID: Final[dict[type[SchemaObject], dict[str, Any]]] = {
    Table: {
        "options": (), "tablespace": None, "persistence": "permanent", "access_method": "heap",
        "inherits": (), "partition_key": None, "partition_of": None, "partition_bound": None,
    },
    Index: {"options": (), "tablespace": None},
    Constraint: {"comment": None},
}  # fmt: skip
"""What is held against the models only if they say something other than this."""

_NEXT_VALUE: Final = re.compile(r"nextval\('(.+)'::regclass\)")
OWN_SEQUENCE: Final = "the next value of its own sequence"


@dataclass(frozen=True, slots=True)
class Declared:
    """What the metadata declares, by name in the database."""

    tables: Mapping[Qualified, sa.Table]
    types: frozenset[Qualified] = frozenset()
    """Enums and domains of its columns."""
    sequences: frozenset[Qualified] = frozenset()
    left_out: frozenset[Key] = field(default_factory=frozenset)
    """Parts of its tables that are not compared."""


def in_models_terms(snapshot: Snapshot, declared: Declared) -> dict[Key, SchemaObject]:
    """The objects of the snapshot that the models can speak of, as far as they can."""
    owned = {
        Qualified(sequence.schema, sequence.name): sequence.owned_by
        for sequence in snapshot.of(Sequence)
        if sequence.owned_by
    }
    found = (_neutral(thing, owned) for thing in _of_the_models(snapshot, declared))
    return {thing.key: thing for thing in found}


def _of_the_models(snapshot: Snapshot, declared: Declared) -> Iterator[SchemaObject]:
    for kind in (Table, Column, Constraint, Index, Enum, Domain, Sequence):
        for thing in snapshot.own(kind):
            if thing.key not in declared.left_out and _is_of(thing, declared):
                yield thing


def _is_of(thing: SchemaObject, declared: Declared) -> bool:
    match thing:
        case Table():
            return thing.qualified in declared.tables
        case Column() | Constraint() | Index():
            return thing.relation in declared.tables
        case Enum() | Domain():
            return Qualified(thing.schema, thing.name) in declared.types
        case Sequence(owned_by=None):
            return Qualified(thing.schema, thing.name) in declared.sequences
        case Sequence(owned_by=owner) if owner is not None:
            return Qualified(owner.schema, owner.table) in declared.tables
    return False


def _neutral(thing: SchemaObject, owned: Mapping[Qualified, Any]) -> SchemaObject:
    changes = dict(_NEVER[type(thing)])
    if isinstance(thing, Column):
        if thing.not_null is not None:
            changes["not_null"] = dataclasses.replace(thing.not_null, name=None, comment=None)
        if _is_own_sequence(thing, owned):
            changes["default"] = OWN_SEQUENCE
    if isinstance(thing, Index):
        changes["keys"] = tuple(dataclasses.replace(key, statistics_target=None) for key in thing.keys)
    return dataclasses.replace(thing, **changes)


def _is_own_sequence(column: Column, owned: Mapping[Qualified, Any]) -> bool:
    found = _NEXT_VALUE.fullmatch(column.default or "")
    if found is None:
        return False
    text = found[1].replace("''", "'")
    return any(str(name) == text and tuple(owner) == column.key.path for name, owner in owned.items())


def is_silent(thing: SchemaObject, attribute: str) -> bool:
    """Whether this object of the models leaves the attribute to others."""
    quiet = WHERE_SAID.get(type(thing), {})
    return attribute in quiet and getattr(thing, attribute) == quiet[attribute]


def is_never_said(thing: SchemaObject, attribute: str) -> bool:
    """Whether metadata has no word for the attribute."""
    return attribute in _NEVER.get(type(thing), {}) or attribute == "column_order"


def types_of(tables: Mapping[Qualified, sa.Table]) -> frozenset[Key]:
    """Enums and domains that the columns of the tables need."""
    return frozenset(
        key for table in tables.values() for column in table.columns for key in _types(column.type)
    )


def _types(type_: Any) -> Iterator[Key]:
    from sqlalchemy.dialects.postgresql import DOMAIN

    from toolkit.migrate.autogenerate.types import native_enum, storage_type

    enum = native_enum(type_)
    if enum is not None:
        yield Key(Kind.ENUM, (enum.schema or "public", str(enum.name)))
    stored = storage_type(type_)
    if isinstance(stored, DOMAIN):
        yield Key(Kind.DOMAIN, (stored.schema or "public", str(stored.name)))
