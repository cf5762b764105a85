"""Diagrams of tables and foreign keys, as Mermaid or DOT text.

Whole, or around one table as far as a number of foreign keys away. Mermaid knows no quoting inside entities,
so names there are written with `_` for what it cannot read and tables carry their true name as a label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from toolkit.schema.objects import Column, Constraint, Qualified, Table
from toolkit.schema.snapshot import Snapshot

Format = Literal["mermaid", "dot"]

_NOT_MERMAID: Final = re.compile(r"[^A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class Edge:
    """A foreign key between two tables of the diagram."""

    child: Qualified
    parent: Qualified
    constraint: str
    columns: tuple[str, ...]
    optional: bool
    """A column may be null: a child need not have a parent."""
    one_to_one: bool
    """The columns are unique: a parent has at most one child."""


def diagram(
    snapshot: Snapshot, *, around: Qualified | None = None, hops: int = 1, form: Format = "mermaid"
) -> str:
    """The text of a diagram. Partitions are left out: their parent stands for them."""
    edges = list(_edges(snapshot))
    tables = [table.qualified for table in snapshot.own(Table) if table.partition_of is None]
    if around is not None:
        near = _near(edges, around, hops)
        tables = [table for table in tables if table in near]
    shown = set(tables)
    edges = [edge for edge in edges if edge.child in shown and edge.parent in shown]
    writer = _mermaid if form == "mermaid" else _dot
    return "\n".join(writer(snapshot, tables, edges))


def edges_of(snapshot: Snapshot, table: Qualified) -> tuple[Edge, ...]:
    """The foreign keys that join a table with others, or with itself, one hop away."""
    return tuple(edge for edge in _edges(snapshot) if table in (edge.child, edge.parent))


def _edges(snapshot: Snapshot) -> Iterator[Edge]:
    for key in snapshot.own(Constraint):
        if key.type != "foreign key" or key.references is None or key.parent is not None:
            continue
        parts = snapshot.parts(key.relation)
        unique = [found.columns for found in parts.constraints if found.type in ("primary key", "unique")]
        yield Edge(
            key.relation,
            key.references,
            key.name,
            key.columns,
            any(column.nullable for column in parts.columns if column.name in key.columns),
            any(set(columns) <= set(key.columns) for columns in unique),
        )


def _near(edges: Iterable[Edge], around: Qualified, hops: int) -> set[Qualified]:
    edges = list(edges)
    found = {around}
    for _ in range(hops):
        found |= {
            end for edge in edges if {edge.child, edge.parent} & found for end in (edge.child, edge.parent)
        }
    return found


def _mermaid(snapshot: Snapshot, tables: Iterable[Qualified], edges: Iterable[Edge]) -> Iterator[str]:
    yield "erDiagram"
    ids = {table: f"t{place}_{_NOT_MERMAID.sub('_', table.name)}" for place, table in enumerate(tables)}
    for table, name in ids.items():
        yield f'  {name}["{_label(table)}"] {{'
        for column, marks in _columns(snapshot, table):
            type_ = _NOT_MERMAID.sub("_", column.type)
            yield f"    {type_} {_mermaid_name(column.name)}{' ' + ', '.join(marks) if marks else ''}"
        yield "  }"
    for edge in edges:
        ends = f"{'|o' if edge.optional else '||'}--{'o|' if edge.one_to_one else 'o{'}"
        yield f'  {ids[edge.parent]} {ends} {ids[edge.child]} : "{_label(", ".join(edge.columns))}"'


def _dot(snapshot: Snapshot, tables: Iterable[Qualified], edges: Iterable[Edge]) -> Iterator[str]:
    yield "digraph schema {"
    yield "  rankdir=LR; node [shape=plaintext];"
    for table in tables:
        rows = "".join(
            f'<tr><td align="left">{_html(column.name)}{" (" + ", ".join(marks) + ")" if marks else ""}</td>'
            f'<td align="left">{_html(column.type)}</td></tr>'
            for column, marks in _columns(snapshot, table)
        )
        title = f'<tr><td colspan="2"><b>{_html(str(table))}</b></td></tr>'
        frame = '<table border="0" cellborder="1" cellspacing="0">'
        yield f"  {_dot_id(table)} [label=<{frame}{title}{rows}</table>>];"
    for edge in edges:
        style = " style=dashed" if edge.optional else ""
        label = _dot_text(", ".join(edge.columns))
        yield f"  {_dot_id(edge.child)} -> {_dot_id(edge.parent)} [label={label}{style}];"
    yield "}"


def _columns(snapshot: Snapshot, table: Qualified) -> Iterator[tuple[Column, list[str]]]:
    """Columns with their marks: PK and FK where they are part of one, UK where they are unique alone."""
    parts = snapshot.parts(table)
    primary = set(parts.primary_key.columns) if parts.primary_key else set()
    foreign = {name for key in parts.foreign_keys for name in key.columns}
    unique = {found.columns for found in parts.constraints if found.type == "unique"}
    for column in parts.columns:
        marks = (
            ("PK", column.name in primary),
            ("FK", column.name in foreign),
            ("UK", (column.name,) in unique),
        )
        yield column, [mark for mark, holds in marks if holds]


def _label(name: object) -> str:
    """A text inside Mermaid's double quotes, which cannot hold one."""
    return str(name).replace('"', "'").replace("\n", " ")


def _mermaid_name(name: str) -> str:
    plain = _NOT_MERMAID.sub("_", name)
    return plain if plain[:1].isalpha() else f"c_{plain}"


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _dot_id(table: Qualified) -> str:
    return _dot_text(str(table))


def _dot_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
