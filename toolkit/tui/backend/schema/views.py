"""Tabs of an object, made from a snapshot that holds it. Pure: texts out of values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.schema import Listing, Snapshot, describe
from toolkit.schema.ddl import as_script, ddl
from toolkit.schema.diagram import Edge, edges_of
from toolkit.schema.objects import RELATION_KINDS, Column, Key, Kind, Origin, Qualified, Table
from toolkit.schema.parts import Parts
from toolkit.schema.spelling import (
    bytes_text,
    constraint_text,
    grants_text,
    index_text,
    plural,
    trigger_text,
)
from toolkit.schema.summary import row_security
from toolkit.schema.usage import IndexUse, UsageReport
from toolkit.tui.facts.schema import Neighbour, ObjectView, SchemaSection, Tab

MOST = 200
"""Lines of a list of everything."""

_OF_RELATIONS = ("constraints", "indexes", "policies", "graph")


def view(snapshot: Snapshot, key: Key, tab: Tab) -> ObjectView:
    """One tab of an object that the snapshot holds."""
    name = str(key)
    if tab == "ddl":
        return _ddl(snapshot, key)
    if key.kind not in RELATION_KINDS:
        return _plain(snapshot, key, tab)
    relation = Qualified(*key.path)
    parts = snapshot.parts(relation)
    if tab == "graph":
        near = tuple(_neighbours(edges_of(snapshot, relation), relation))
        remark = None if near else f"no foreign key leads to or from {relation}"
        return ObjectView(name, tab, remark=remark, neighbours=near)
    made: dict[str, Iterable[SchemaSection]] = {
        "columns": _columns(snapshot, key, parts),
        "constraints": _constraints(snapshot, key, parts),
        "indexes": index_sections(snapshot, relation, ()),
        "policies": _rules(snapshot, key, parts),
        "grants": _grants(snapshot, key, parts),
    }
    sections = tuple(made.get(tab, ()))
    remark = None if sections else f"{name} has no {tab}"
    if tab == "columns":
        remark = _references(snapshot, relation)
    return ObjectView(name, tab, sections, remark=remark)


def _ddl(snapshot: Snapshot, key: Key) -> ObjectView:
    if key.kind is Kind.SCHEMA:
        return ObjectView(str(key), "ddl", remark=f"neonkit schema ddl '{key}' writes all that is in it")
    return ObjectView(str(key), "ddl", sql=as_script(ddl(snapshot, only=key)).rstrip("\n"))


def _plain(snapshot: Snapshot, key: Key, tab: Tab) -> ObjectView:
    """What is no relation has facts, and here and there a definition and grants."""
    if tab in _OF_RELATIONS:
        return ObjectView(str(key), tab, remark=f"{key} has no {tab}: only tables and views have")
    found = describe(snapshot, key)
    if tab == "grants":
        grants = tuple(SchemaSection(one.title, one.columns, one.rows) for one in found.sections)
        return ObjectView(str(key), tab, grants, remark=None if grants else f"{key} has no grants of its own")
    comment = (("comment", found.comment),) if found.comment else ()
    facts = SchemaSection("facts", ("what", "value"), (*comment, *found.facts))
    return ObjectView(str(key), tab, (facts,) if facts.rows else (), found.definition)


def _columns(snapshot: Snapshot, key: Key, parts: Parts) -> Iterator[SchemaSection]:
    keys = {
        "PK": {name for one in parts.constraints if one.type == "primary key" for name in one.columns},
        "FK": {name for one in parts.foreign_keys for name in one.columns},
        "UK": {one.columns[0] for one in parts.constraints if one.type == "unique" and len(one.columns) == 1},
    }
    rows = tuple(
        (
            " ".join(mark for mark, columns in keys.items() if column.name in columns),
            column.name,
            column.type,
            "yes" if column.nullable else "no",
            _default(column),
            column.comment or "",
        )
        for column in parts.columns
    )
    yield SchemaSection("columns", ("key", "name", "type", "null", "default", "comment"), rows)
    comment = snapshot.objects[key].comment
    if comment:
        yield SchemaSection("comment", ("",), ((comment,),))


def _default(column: Column) -> str:
    if column.generated is not None:
        return f"generated {column.generated_kind} as ({column.generated})"
    if column.identity:
        return f"identity {column.identity}"
    return column.default or ""


def _constraints(snapshot: Snapshot, key: Key, parts: Parts) -> Iterator[SchemaSection]:
    if parts.constraints:
        found = tuple((one.name, constraint_text(one)) for one in parts.constraints)
        yield SchemaSection("constraints", ("name", "definition"), found)
    for section in describe(snapshot, key).sections:
        if section.title == "referenced by":
            yield SchemaSection(section.title, section.columns, section.rows)


def _rules(snapshot: Snapshot, key: Key, parts: Parts) -> Iterator[SchemaSection]:
    thing = snapshot.objects[key]
    if isinstance(thing, Table):
        yield SchemaSection("row security", ("state",), ((row_security(thing),),))
    if parts.policies:
        policies = tuple(
            (
                one.name,
                one.command,
                ", ".join(one.roles) or "PUBLIC",
                "" if one.permissive else "restrictive",
                one.using or "",
                one.with_check or "",
            )
            for one in parts.policies
        )
        yield SchemaSection("policies", ("name", "for", "to", "kind", "using", "with check"), policies)
    if parts.triggers:
        found = tuple((one.name, trigger_text(one)) for one in parts.triggers)
        yield SchemaSection("triggers", ("name", "definition"), found)
    if parts.rules:
        yield SchemaSection(
            "rules", ("name", "definition"), tuple((one.name, one.definition) for one in parts.rules)
        )


def _grants(snapshot: Snapshot, key: Key, parts: Parts) -> Iterator[SchemaSection]:
    thing = snapshot.objects[key]
    yield SchemaSection("owner", ("role",), ((str(getattr(thing, "owner", "?")),),))
    rows = grants_text(getattr(thing, "grants", ()))
    for column in parts.columns:
        rows += [(grantee, f"{words} ({column.name})") for grantee, words in grants_text(column.grants)]
    if rows:
        yield SchemaSection("grants", ("role", "privileges"), tuple(rows))


def index_sections(
    snapshot: Snapshot, relation: Qualified, use: Iterable[IndexUse]
) -> tuple[SchemaSection, ...]:
    """The indexes of a relation with what the server counted of them."""
    counted = {one.name: one for one in use}
    rows = tuple(
        (index.name, *_use(counted.get(index.name)), index_text(index))
        for index in snapshot.parts(relation).indexes
    )
    headings = ("name", "size", "scans", "last used", "definition")
    return (SchemaSection("indexes", headings, rows, ("size", "scans")),) if rows else ()


def _use(one: IndexUse | None) -> tuple[str, str, str]:
    if one is None:
        return "?", "?", ""
    last = f"{one.last_scan:%Y-%m-%d}" if one.last_scan else "never" if not one.scans else ""
    return bytes_text(one.bytes), f"{one.scans:,}", last


def use_sections(found: UsageReport, listing: Listing) -> tuple[SchemaSection, ...]:
    """All indexes of the users' tables, those that never served first, then by size."""
    own = {one.key.path for one in listing.objects if one.origin is Origin.USER}
    indexes = [(line.relation, one) for line in found.tables if line.relation in own for one in line.indexes]
    indexes.sort(key=lambda pair: (pair[1].scans > 0 or pair[1].unique, -pair[1].bytes, pair[1].name))
    rows = tuple((one.name, str(relation), *_use(one)) for relation, one in indexes[:MOST])
    title = f"indexes, {len(rows):,} of {len(indexes):,}, those that no promise and no scan needs first"
    headings = ("index", "on", "size", "scans", "last used")
    return (SchemaSection(title, headings, rows, ("size", "scans")),) if rows else ()


def summary_sections(listing: Listing) -> tuple[SchemaSection, ...]:
    """How many of each kind, and the biggest tables."""
    counts = tuple((plural(kind), f"{number:,}") for kind, number in listing.counts.items())
    sized = [one for one in listing.objects if one.total_bytes is not None]
    sized.sort(key=lambda one: (-(one.total_bytes or 0), one.key))
    rows = tuple(
        (
            one.key.name,
            "" if one.rows is None else f"~{one.rows:,}",
            bytes_text(one.total_bytes or 0),
            "" if one.row_security == "off" else one.row_security,
        )
        for one in sized[:MOST]
    )
    found = [SchemaSection("in this database", ("what", "how many"), counts, ("how many",))] if counts else []
    if rows:
        title = f"by size, {len(rows):,} of {len(sized):,}" + ("" if listing.measured else ", as last noted")
        headings = ("relation", "rows", "size", "row security")
        found.append(SchemaSection(title, headings, rows, ("rows", "size")))
    return tuple(found)


def _neighbours(edges: Iterable[Edge], relation: Qualified) -> Iterator[Neighbour]:
    for edge in edges:
        words = ", ".join(
            word for word, holds in (("optional", edge.optional), ("one to one", edge.one_to_one)) if holds
        )
        # A table that refers to itself stands at both ends.
        if edge.child == relation:
            yield Neighbour(str(Key(Kind.TABLE, tuple(edge.parent))), True, edge.columns, words)
        if edge.parent == relation:
            yield Neighbour(str(Key(Kind.TABLE, tuple(edge.child))), False, edge.columns, words)


def _references(snapshot: Snapshot, relation: Qualified) -> str | None:
    edges = edges_of(snapshot, relation)
    out = dict.fromkeys(str(edge.parent) for edge in edges if edge.child == relation)
    into = dict.fromkeys(str(edge.child) for edge in edges if edge.parent == relation)
    said = [f"refs {way}: {', '.join(tables)}" for way, tables in (("out", out), ("in", into)) if tables]
    return "    ".join(said) + "    g graph" if said else None
