"""Enums, domains and composite types that change without being made anew."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.alter.replacing import is_replaced, replace_type
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import in_parentheses
from toolkit.schema.objects import Attribute, Column, CompositeType, Domain, Enum, SchemaObject
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal


def enum_changes(before: Enum, after: Enum, old: Source, new: Source) -> Iterator[str]:
    """Labels are added in place; where one went or moved, every column moves to a new type."""
    if is_replaced(before, after):
        return replace_type(before, after, old, new)
    return added_labels(before, after)


def added_labels(before: SchemaObject, after: SchemaObject) -> Iterator[str]:
    """The labels that are new, each in its place."""
    assert isinstance(before, Enum)
    assert isinstance(after, Enum)
    name = qualified(after.schema, after.name)
    known = list(before.labels)
    for place, label in enumerate(after.labels):
        if label in known:
            continue
        text = f"ALTER TYPE {name} ADD VALUE {quote_literal(label)}"
        later = [other for other in after.labels[place + 1 :] if other in known]
        yield text + (f" BEFORE {quote_literal(later[0])}" if later else "")
        known.append(label)


def awaited_labels(before: SchemaObject, after: SchemaObject, sides: Sides) -> bool:
    """Whether something made or changed speaks of a label that an enum gets: it has to be committed first."""
    if not (isinstance(before, Enum) and isinstance(after, Enum)) or is_replaced(before, after):
        return False
    new = [label.replace("'", "''") for label in after.labels if label not in before.labels]
    others = (made for node, made in sides.new_units.items() if node.key != after.key)
    texts = (text for made in others for text in made.statements)
    columns = (column.default or "" for column in sides.new.snapshot.of(Column))
    return bool(new) and any(
        label in text and after.key in sides.new.references.of(text)
        for text in (*texts, *columns)
        for label in new
    )


def domain_changes(before: Domain, after: Domain, old: Source, new: Source) -> Iterator[str]:
    """Default, not-null and checks; where the type below is another one, every column moves."""
    return replace_type(before, after, old, new) if is_replaced(before, after) else _domain(before, after)


def _domain(before: Domain, after: Domain) -> Iterator[str]:
    head = f"ALTER DOMAIN {qualified(after.schema, after.name)}"
    old = {check.name: check for check in before.checks}
    new = {check.name: check for check in after.checks}
    for name, check in old.items():
        kept = new.get(name)
        if kept is None or kept.expression != check.expression or (check.validated and not kept.validated):
            yield f"{head} DROP CONSTRAINT {quote_identifier(name)}"
            old = {other: found for other, found in old.items() if other != name}
    if before.default != after.default:
        yield f"{head} DROP DEFAULT" if after.default is None else f"{head} SET DEFAULT {after.default}"
    if before.not_null != after.not_null:
        yield f"{head} {'SET' if after.not_null else 'DROP'} NOT NULL"
    for name, check in new.items():
        quoted = quote_identifier(name)
        if name not in old:
            valid = "" if check.validated else " NOT VALID"
            yield f"{head} ADD CONSTRAINT {quoted} CHECK {in_parentheses(check.expression)}{valid}"
        elif check.validated and not old[name].validated:
            yield f"{head} VALIDATE CONSTRAINT {quoted}"
        if (old[name].comment if name in old else None) != check.comment:
            text = "NULL" if check.comment is None else quote_literal(check.comment)
            domain = qualified(after.schema, after.name)
            yield f"COMMENT ON CONSTRAINT {quoted} ON DOMAIN {domain} IS {text}"


def composite_changes(before: CompositeType, after: CompositeType) -> Iterator[str] | None:
    """Attributes dropped, added at the end and retyped; None where their order is another one."""
    old = {attribute.name: attribute for attribute in before.attributes}
    new = {attribute.name: attribute for attribute in after.attributes}
    kept = [name for name in old if name in new]
    if list(new)[: len(kept)] != kept:
        return None
    return _composite(after, old, new)


def _composite(after: CompositeType, old: dict[str, Attribute], new: dict[str, Attribute]) -> Iterator[str]:
    name = qualified(after.schema, after.name)
    for gone in old.keys() - new.keys():
        yield f"ALTER TYPE {name} DROP ATTRIBUTE {quote_identifier(gone)}"
    for attribute in new.values():
        was = old.get(attribute.name)
        quoted = quote_identifier(attribute.name)
        collation = f" COLLATE {attribute.collation}" if attribute.collation else ""
        if was is None:
            yield f"ALTER TYPE {name} ADD ATTRIBUTE {quoted} {attribute.type}{collation}"
        elif (was.type, was.collation) != (attribute.type, attribute.collation):
            yield f"ALTER TYPE {name} ALTER ATTRIBUTE {quoted} TYPE {attribute.type}{collation}"
        if (was.comment if was else None) != attribute.comment:
            text = "NULL" if attribute.comment is None else quote_literal(attribute.comment)
            yield f"COMMENT ON COLUMN {name}.{quoted} IS {text}"
