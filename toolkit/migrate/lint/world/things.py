"""What a world holds: tables with their columns and constraints, indexes, views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.sql.classify import ConstraintKind

Name = tuple[str, str]
"""Schema and name; the schema that needs no writing is the empty text."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    type: str
    not_null: bool = False
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a table."""

    name: str
    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    valid: bool = True
    deferrable: bool = False
    refers_to: Name | None = None
    refers_to_columns: tuple[str, ...] = ()
    proves_not_null: str | None = None
    """The column of which a check says `IS NOT NULL`, and nothing else."""
    mentions: frozenset[str] = frozenset()
    """The columns of a check."""
    constants: frozenset[str] = frozenset()
    """The constants of a check, as texts."""


@dataclass(frozen=True, slots=True)
class Index:
    """One index. `columns` has None for an expression."""

    name: Name
    table: Name
    columns: tuple[str | None, ...]
    unique: bool = False
    partial: bool = False
    method: str = "btree"
    valid: bool = True
    tablespace: str = "pg_default"


@dataclass(frozen=True, slots=True)
class Table:
    """One table that was seen being made."""

    name: Name
    made_in: str
    """The revision that made it."""
    columns: Mapping[str, Column] = field(default_factory=dict, hash=False)
    constraints: Mapping[str, Constraint] = field(default_factory=dict, hash=False)
    partitioned: bool = False
    partition_key: frozenset[str] = frozenset()
    """The columns by which it is partitioned."""
    partition_of: Name | None = None
    default_partition: Name | None = None
    row_security: bool = False
    tablespace: str = "pg_default"
    access_method: str = "heap"
    whole: bool = True
    """False if parts of it were taken over from elsewhere (`LIKE`, `AS`, `INHERITS`) and are not known."""


@dataclass(frozen=True, slots=True)
class View:
    """A view or materialized view, and what it reads."""

    name: Name
    reads: frozenset[Name]
    words: frozenset[str] = frozenset()
    """Every column name its query writes; `*` if it takes all."""
    materialized: bool = False
    made_in: str = ""
