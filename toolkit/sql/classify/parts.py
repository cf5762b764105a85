"""What classification says of a statement: parts, the relations each names, and their roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from toolkit.sql.classify.kinds import StatementKind
from toolkit.sql.parse import Statement
from toolkit.sql.quoting import qualified


class Role(StrEnum):
    """What a relation is to a statement."""

    TABLE = "table"
    """The table (or view, sequence, ...) that the statement is about."""
    INDEX = "index"
    """An index that the statement names, or that belongs to the table."""
    REFERENCED = "referenced"
    """The table that a foreign key points to."""
    REFERENCING = "referencing"
    """A table with a foreign key to the statement's table."""
    PARENT = "parent"
    """The partitioned or inherited table above."""
    PARTITION = "partition"
    """A partition or inheriting table below."""
    DEFAULT_PARTITION = "default_partition"
    VIEW = "view"
    """A view or materialized view that stands on the statement's table."""
    SEQUENCE = "sequence"
    """A sequence that a column of the table owns."""
    SOURCE = "source"
    """A table that is only read."""
    TYPE_USER = "type_user"
    """A table with a column of the type or domain."""
    NEW = "new"
    """Made by the statement: nobody else sees it before the commit, so its locks hurt nobody."""


@dataclass(frozen=True, slots=True)
class RelationName:
    """A relation as the statement writes it."""

    schema: str | None
    name: str

    def __str__(self) -> str:
        return qualified(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class Named:
    """A relation that a statement names, and what it is to it."""

    role: Role
    relation: RelationName


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a statement does. `ALTER TABLE` with three commands has three or more parts."""

    kind: StatementKind
    relations: tuple[Named, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Names and options that rules ask for: `column`, `constraint`, `type`, `if_not_exists`, `cascade`."""

    def named(self, role: Role) -> tuple[RelationName, ...]:
        """The relations of one role that the statement names."""
        return tuple(named.relation for named in self.relations if named.role is role)


@dataclass(frozen=True, slots=True)
class Classified:
    """A statement and its parts, never none: what is not known is one part of kind `unknown`."""

    statement: Statement
    parts: tuple[Part, ...]

    @property
    def kinds(self) -> tuple[StatementKind, ...]:
        """The kinds of the parts, in order, without repeats."""
        return tuple(dict.fromkeys(part.kind for part in self.parts))
