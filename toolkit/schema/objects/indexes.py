"""Indexes, with what each key column is ordered and compared by, and extended statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from toolkit.schema.objects.base import SchemaObject
from toolkit.schema.objects.making import quickly_made
from toolkit.schema.objects.names import Key, Kind, Qualified


@quickly_made
@dataclass(frozen=True, slots=True)
class IndexKey:
    """One key of an index: a column or an expression."""

    column: str | None
    """None where the key is an expression."""
    expression: str | None = None
    operator_class: str | None = None
    """None where it is the default one for the type and the method, and takes no options."""
    operator_class_options: tuple[str, ...] = ()
    collation: str | None = None
    """None where it is the column's own."""
    descending: bool = False
    nulls_first: bool = False
    """As stored: true by default for descending keys."""
    statistics_target: int | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Index(SchemaObject):
    """An index of a table or materialized view, those behind constraints included."""

    kind: ClassVar[Kind] = Kind.INDEX

    schema: str
    table: str
    name: str
    method: str
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...] = ()
    unique: bool = False
    nulls_not_distinct: bool = False
    predicate: str | None = None
    options: tuple[str, ...] = ()
    tablespace: str | None = None
    valid: bool = True
    ready: bool = True
    clustered: bool = False
    constraint: str | None = None
    """The constraint of the same table that this index serves."""
    parent: Qualified | None = None
    """The partitioned index it is attached to."""

    @property
    def relation(self) -> Qualified:
        """The table it stands on."""
        return Qualified(self.schema, self.table)

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.name))

    @property
    def derived_from(self) -> Key | None:
        if self.parent:
            return Key(Kind.INDEX, self.parent)
        if self.constraint:
            return Key(Kind.CONSTRAINT, (self.schema, self.table, self.constraint))
        return None


@dataclass(frozen=True, slots=True)
class StatisticsObject(SchemaObject):
    """Extended statistics, `CREATE STATISTICS`."""

    kind: ClassVar[Kind] = Kind.STATISTICS

    schema: str
    name: str
    owner: str
    relation: Qualified
    definition: str
    """The server's whole text: kinds, columns and expressions."""
    target: int | None = None

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.name))
