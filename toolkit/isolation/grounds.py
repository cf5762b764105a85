"""What is to be judged, in terms of this room: owned tables, the edges between them, and the rest.

Made from the ownership graph, which also knows the SQL that finds a row's owner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from toolkit.models.ownership import OwnerPath, OwnershipGraph, OwnershipKind, owned_edges, owner_joins
from toolkit.models.shapes import ForeignKeyShape, TableShape, split_table_name
from toolkit.sql.quoting import qualified, quote_identifier


def sql_name(name: str) -> str:
    """A name quoted for a statement that SQLAlchemy reads for binds, which begin with a colon."""
    return _for_text(quote_identifier(name))


def sql_table(name: str) -> str:
    """The quoted form of `schema.table`."""
    return _for_text(qualified(*split_table_name(name)))


@dataclass(frozen=True, slots=True)
class OwnedTable:
    """A table whose rows have an owner. In statements it is called `t0`."""

    shape: TableShape
    path: OwnerPath
    is_root: bool = False

    @property
    def name(self) -> str:
        """`schema.table`, as reports show it."""
        return self.shape.name

    @property
    def quoted(self) -> str:
        """The quoted name, as a value: the server reads it as `regclass`."""
        return qualified(self.shape.schema, self.shape.table)

    @property
    def sql(self) -> str:
        """The quoted name, as a piece of a statement."""
        return _for_text(self.quoted)

    @property
    def key(self) -> str:
        """An expression over `t0` that names a row: its primary key, else its place, as text."""
        names = self.shape.primary_key or ("tableoid", "ctid")
        return f"ROW({', '.join(f't0.{sql_name(name)}' for name in names)})::text"

    @property
    def source(self) -> str:
        """The FROM list that leads from a row to its owner; a row without a parent stays."""
        return f"{self.sql} AS t0 {_for_text(owner_joins(self.path, 't0')[0])}"

    @property
    def owner(self) -> str:
        """The owner's key as text, over `source`."""
        return f"{_for_text(owner_joins(self.path, 't0')[1])}::text"

    @property
    def owner_columns(self) -> tuple[str, ...]:
        """Columns of this table that decide who owns a row."""
        return self.path.hops[0].foreign_key.columns if self.path.hops else (self.path.column,)


@dataclass(frozen=True, slots=True)
class Edge:
    """A foreign key between two owned tables that is not the way the child gets its owner."""

    child: OwnedTable
    parent: OwnedTable
    foreign_key: ForeignKeyShape
    guarded: bool
    """Whether keys, if they hold for every row, bind the child's owner to the parent's."""

    @property
    def name(self) -> str:
        """For people: `public.links(tag_id) -> public.tags`."""
        return f"{self.child.name}({', '.join(self.foreign_key.columns)}) -> {self.parent.name}"

    def is_proven(self, valid: Collection[str]) -> bool:
        """Whether no row can ever cross owners, given the names of the foreign keys that hold."""
        ways = [(self.child.name, self.foreign_key)]
        ways += [(hop.source, hop.foreign_key) for t in (self.child, self.parent) for hop in t.path.hops]
        named = all(f"{table}.{key.name}" in valid for table, key in ways)
        return self.guarded and named and not self.child.path.nullable


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything the verdict table has a row for."""

    root: OwnedTable | None
    owned: tuple[OwnedTable, ...]
    every_edge: tuple[Edge, ...] = ()
    shapes: Mapping[str, TableShape] = field(default_factory=dict)
    """Every table, owned or not."""
    unclassified: Mapping[str, str] = field(default_factory=dict)
    """Tables whose owner is not known or not clear, with the reason."""
    shared: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, tuple[OwnerPath, ...]] = field(default_factory=dict)
    """The ways to an owner of each table that has several; those of a link are its edges."""

    @classmethod
    def of(cls, graph: OwnershipGraph) -> Grounds:
        """The grounds of an ownership graph."""
        owned = [
            OwnedTable(graph.shapes[each.table], each.path, each.table == graph.root)
            for each in graph.owned()
            if each.path is not None
        ]
        rest = [each for each in graph.tables.values() if each.path is None]
        return cls(
            root=next((table for table in owned if table.is_root), None),
            owned=tuple(owned),
            every_edge=tuple(_edges(graph, owned)),
            shapes=graph.shapes,
            unclassified={e.table: e.reason for e in rest if e.kind is not OwnershipKind.SHARED},
            shared={e.table: e.reason for e in rest if e.kind is OwnershipKind.SHARED},
            ways={
                each.table: each.paths
                for each in graph.tables.values()
                if len(each.paths) > 1 and each.kind is not OwnershipKind.LINK
            },
        )

    def table(self, name: str) -> OwnedTable | None:
        """The owned table of that name, or None."""
        return next((table for table in self.owned if table.name == name), None)

    def referring(self, table: OwnedTable) -> tuple[tuple[str, ForeignKeyShape], ...]:
        """Every foreign key that leads to a table, with the quoted name of the table that has it."""
        return tuple(
            (sql_table(shape.name), key)
            for shape in self.shapes.values()
            for key in shape.foreign_keys
            if key.target == table.name
        )

    def edges(self, child: OwnedTable) -> tuple[Edge, ...]:
        """The edges that leave a table. A reference to the owner root is not one: a user is nobody's row."""
        return tuple(edge for edge in self.every_edge if edge.child == child)


def _edges(graph: OwnershipGraph, owned: Iterable[OwnedTable]) -> Iterator[Edge]:
    tables = {table.name: table for table in owned}
    for edge in owned_edges(graph):
        child, parent = tables[edge.hop.source], tables[edge.hop.target]
        if edge.hop not in child.path.hops[:1]:
            yield Edge(child, parent, edge.hop.foreign_key, edge.guarded)


def _for_text(sql: str) -> str:
    """Names with a colon, written so that SQLAlchemy sees no bind in them."""
    return sql.replace(":", "\\:")
