"""Names of objects: what kind, and which path of names leads to it.

Invariants: a key holds no oid and no attribute number, only names, so that two databases built by the same
statements have equal keys; a name is kept as the server stores it, never quoted, folded or cut.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from toolkit.sql.quoting import quote_identifier


class Kind(StrEnum):
    """The kinds of object a snapshot holds, in the order in which reports show them."""

    DATABASE = "database"
    ROLE = "role"
    SCHEMA = "schema"
    EXTENSION = "extension"
    COLLATION = "collation"
    ENUM = "enum"
    DOMAIN = "domain"
    COMPOSITE = "composite type"
    RANGE = "range type"
    SEQUENCE = "sequence"
    TABLE = "table"
    FOREIGN_TABLE = "foreign table"
    COLUMN = "column"
    CONSTRAINT = "constraint"
    INDEX = "index"
    STATISTICS = "statistics"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    FUNCTION = "function"
    PROCEDURE = "procedure"
    AGGREGATE = "aggregate"
    OPERATOR = "operator"
    CAST = "cast"
    TRIGGER = "trigger"
    RULE = "rule"
    POLICY = "policy"
    EVENT_TRIGGER = "event trigger"
    FOREIGN_DATA_WRAPPER = "foreign-data wrapper"
    SERVER = "server"
    USER_MAPPING = "user mapping"
    PUBLICATION = "publication"
    SUBSCRIPTION = "subscription"
    DEFAULT_PRIVILEGES = "default privileges"

    # That of `Enum` is a function in Python, and every look-up of a key would run it.
    __hash__ = str.__hash__


RELATION_KINDS = frozenset({Kind.TABLE, Kind.FOREIGN_TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW})
"""Kinds that have columns and share one name space with each other in a schema."""


class Qualified(NamedTuple):
    """The name of an object inside a schema. Prints quoted where SQL needs it: `public."My Table"`."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"


class Key(NamedTuple):
    """The identity of an object: its kind and the names that lead to it, outermost first.

    `Key(Kind.COLUMN, ("public", "tasks", "title"))`. A function's last name carries its identity arguments.
    """

    kind: Kind
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The dotted name, each part quoted where SQL needs it."""
        if self.kind in _NAMES_THAT_ARE_TEXT:
            *outer, last = self.path
            return ".".join([*(quote_identifier(part) for part in outer), last])
        return ".".join(quote_identifier(part) for part in self.path)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


_NAMES_THAT_ARE_TEXT = frozenset(
    {Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE, Kind.OPERATOR, Kind.CAST, Kind.DEFAULT_PRIVILEGES}
)
"""Kinds whose last name is already SQL text, such as a signature, and is not quoted again."""
