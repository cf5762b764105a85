"""What a statement is read against: ownership graph, search path, functions known to be harmless."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.models.ownership import Hop, OwnershipGraph, owned_edges
from toolkit.models.shapes import DEFAULT_SCHEMA, TableShape, table_name

_SYSTEM_SCHEMAS = frozenset({"pg_catalog", "information_schema"})


@dataclass(frozen=True, slots=True)
class Grounds:
    """The world of a statement."""

    graph: OwnershipGraph
    setting: str = "app.user_id"
    """The setting that holds the acting user."""
    search_path: tuple[str, ...] = (DEFAULT_SCHEMA,)
    unguarded: Mapping[str, tuple[Hop, ...]] = field(default_factory=dict)
    """The references of each table that may name another user's row."""
    version_tables: frozenset[str] = frozenset({"alembic_version"})
    functions: frozenset[str] | None = None
    """Functions of PostgreSQL and its extensions, by name; others may read tables. None: not asked."""

    @classmethod
    def of(cls, graph: OwnershipGraph, setting: str = "app.user_id") -> Grounds:
        """The grounds of a program whose functions were not asked for."""
        unguarded: dict[str, tuple[Hop, ...]] = {}
        for edge in owned_edges(graph):
            if not edge.guarded:
                unguarded[edge.hop.source] = (*unguarded.get(edge.hop.source, ()), edge.hop)
        return cls(graph, setting, unguarded=unguarded)

    def table(self, schema: str | None, name: str) -> TableShape | None:
        """The table that a statement means, or None if the graph has none of that name."""
        for each in (schema,) if schema else self.search_path:
            shape = self.graph.shapes.get(table_name(each, name))
            if shape is not None:
                return shape
        return None

    def is_none_of_theirs(self, schema: str | None, name: str) -> bool:
        """Whether a relation that is not in the graph holds no user's rows."""
        return (
            schema in _SYSTEM_SCHEMAS
            or (schema is None and name.startswith("pg_"))
            or name in self.version_tables
        )

    def is_harmless(self, schema: str | None, function: str) -> bool:
        """Whether a function reads no table of the project."""
        if self.functions is None or schema == "pg_catalog":
            return True
        return schema is None and function in self.functions
