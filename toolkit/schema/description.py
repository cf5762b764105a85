"""One object described: facts and sections, neutral, for any door to draw."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from toolkit.schema.objects import (
    RELATION_KINDS,
    Constraint,
    Grant,
    Key,
    MaterializedView,
    Qualified,
    SchemaObject,
    Table,
    View,
    compared_fields,
)
from toolkit.schema.parts import Parts
from toolkit.schema.snapshot import Snapshot
from toolkit.schema.spelling import (
    column_facts,
    constraint_text,
    grants_text,
    index_text,
    names,
    policy_text,
    trigger_text,
)
from toolkit.schema.summary import row_security


@dataclass(frozen=True, slots=True)
class Section:
    """A table of texts under a title."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Description:
    """Everything there is to say of one object."""

    key: Key
    facts: tuple[tuple[str, str], ...]
    """Label and value, in order."""
    sections: tuple[Section, ...]
    comment: str | None = None
    definition: str | None = None
    """SQL text, where the object is mainly that: a view's query, a function's body."""


def describe(snapshot: Snapshot, key: Key) -> Description:
    """What a snapshot says of an object. Raises KeyError for a key that is not in it."""
    thing = snapshot.objects[key]
    if key.kind in RELATION_KINDS:
        relation = Qualified(key.path[0], key.path[1])
        return Description(
            key,
            tuple(_relation_facts(snapshot, thing, relation)),
            tuple(_relation_sections(snapshot, thing, relation)),
            thing.comment,
            thing.definition if isinstance(thing, View | MaterializedView) else None,
        )
    sections = tuple(_grants_section(getattr(thing, "grants", ())))
    return Description(key, tuple(_plain_facts(thing)), sections, thing.comment, getattr(thing, "body", None))


def _relation_facts(
    snapshot: Snapshot, thing: SchemaObject, relation: Qualified
) -> Iterator[tuple[str, str]]:
    size = snapshot.sizes.get(relation)
    if size is not None:
        yield "rows", "unknown" if size.rows is None else f"~{size.rows:,}"
        yield "bytes", f"{size.table_bytes:,} + {size.index_bytes:,} in indexes"
    if isinstance(thing, Table):
        yield "row security", row_security(thing)
    hidden = {"row_security", "row_security_forced", "definition"}
    yield from (fact for fact in _plain_facts(thing) if fact[0].replace(" ", "_") not in hidden)


def _plain_facts(thing: SchemaObject) -> Iterator[tuple[str, str]]:
    """Every attribute that differs from its default, names and grants left to other places."""
    defaults = {field.name: field.default for field in dataclasses.fields(thing)}
    for name in (*compared_fields(type(thing)), "origin"):
        value = getattr(thing, name)
        if name in ("schema", "name", "grants", "comment", "body") or value == defaults[name] or value == ():
            continue
        yield name.replace("_", " "), spelled(value)


def spelled(value: Any) -> str:
    """The value of an attribute in a line of text."""
    if value is None or value == ():
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Qualified):
        return str(value)
    if isinstance(value, tuple | list):
        return ", ".join(map(spelled, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        said = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return " ".join(f"{name}={spelled(part)}" for name, part in said if part not in (None, (), False))
    return str(value)


def _relation_sections(snapshot: Snapshot, thing: SchemaObject, relation: Qualified) -> Iterator[Section]:
    parts = snapshot.parts(relation)
    rows: dict[str, list[tuple[str, ...]]] = {
        "columns": [(found.name, column_facts(found), found.comment or "") for found in parts.columns],
        "constraints": [(found.name, constraint_text(found)) for found in parts.constraints],
        "referenced by": list(_referenced_by(snapshot, relation)),
        "indexes": [(found.name, index_text(found)) for found in parts.indexes],
        "policies": [(found.name, policy_text(found)) for found in parts.policies],
        "triggers": [(found.name, trigger_text(found)) for found in parts.triggers],
        "rules": [(found.name, found.definition) for found in parts.rules],
    }
    headings = {
        "columns": ("name", "definition", "comment"),
        "referenced by": ("table", "constraint", "columns"),
    }
    for title, found in rows.items():
        if found:
            yield Section(title, headings.get(title, ("name", "definition")), tuple(found))
    yield from _grants_section(getattr(thing, "grants", ()), parts)


def _referenced_by(snapshot: Snapshot, relation: Qualified) -> Iterator[tuple[str, str, str]]:
    for constraint in snapshot.of(Constraint):
        if constraint.references == relation and constraint.parent is None:
            yield str(constraint.relation), constraint.name, names(constraint.columns)


def _grants_section(grants: Iterable[Grant], parts: Parts | None = None) -> Iterator[Section]:
    rows = list(grants_text(grants))
    for column in parts.columns if parts else ():
        rows += [(grantee, f"{words} ({column.name})") for grantee, words in grants_text(column.grants)]
    if rows:
        yield Section("grants", ("role", "privileges"), tuple(rows))
