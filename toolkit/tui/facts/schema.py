"""The catalog, as the screens show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableLine:
    """One relation in the size list."""

    name: str
    kind: str
    rows: int | None
    size_bytes: int | None
    row_security: str


@dataclass(frozen=True, slots=True)
class SchemaSection:
    """A titled table of texts: columns, constraints, policies ..."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SchemaNode:
    """A node of the object tree. `key` is None for a grouping node."""

    label: str
    key: str | None
    children: tuple[SchemaNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """The catalog as the screens need it."""

    tree: tuple[SchemaNode, ...]
    counts: tuple[str, ...]
    """How many of each kind: `5 tables`."""
    tables: tuple[TableLine, ...]
    digest: str
