"""Enums, domains and composite types that change without being made anew."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.attributes import comment_on, new_grants
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import in_parentheses
from toolkit.schema.objects import Attribute, Column, CompositeType, Domain, Enum
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal


def enum_changes(before: Enum, after: Enum, old: Source, new: Source) -> Iterator[str]:
    """Labels are added in place; where one went or moved, every column moves to a new type."""
    name = qualified(after.schema, after.name)
    if is_replaced(before, after):
        return _replaced(before, after, old, new)
    return _added_labels(name, before, after)


def is_replaced(before: Enum, after: Enum) -> bool:
    """Whether a label went or moved, which no enum allows."""
    return [label for label in after.labels if label in before.labels] != list(before.labels)


def _added_labels(name: str, before: Enum, after: Enum) -> Iterator[str]:
    known = list(before.labels)
    for place, label in enumerate(after.labels):
        if label in known:
            continue
        text = f"ALTER TYPE {name} ADD VALUE {quote_literal(label)}"
        later = [other for other in after.labels[place + 1 :] if other in known]
        yield text + (f" BEFORE {quote_literal(later[0])}" if later else "")
        known.append(label)


def _replaced(before: Enum, after: Enum, old: Source, new: Source) -> Iterator[str]:
    name = qualified(after.schema, after.name)
    aside = f"{before.name[:40]}_before"
    yield f"ALTER TYPE {name} RENAME TO {quote_identifier(aside)}"
    labels = ", ".join(map(quote_literal, after.labels))
    yield f"CREATE TYPE {name} AS ENUM ({labels})"
    yield f"ALTER TYPE {name} OWNER TO {quote_identifier(before.owner)}"
    for column in old.snapshot.of(Column):
        if column.type.removesuffix("[]") == name and old.table(column.relation) is not None and column.local:
            yield from _moved(column, new)
    yield f"DROP TYPE {qualified(before.schema, aside)}"
    yield from comment_on(f"TYPE {name}", before.comment)
    yield from new_grants("type", f"TYPE {name}", before.owner, before.grants, new.major)


def _moved(column: Column, new: Source) -> Iterator[str]:
    text = "text[]" if column.type.endswith("[]") else "text"
    quoted = quote_identifier(column.name)
    head = f"ALTER TABLE {column.relation} ALTER COLUMN {quoted}"
    if column.default is not None:
        yield f"{head} DROP DEFAULT"
    yield f"{head} TYPE {column.type} USING {quoted}::{text}::{column.type}"
    kept = new.column(column.relation, column.name)
    if column.default is not None and kept is not None and kept.default is not None:
        yield f"{head} SET DEFAULT {kept.default}"


def domain_changes(before: Domain, after: Domain) -> Iterator[str] | None:
    """Default, not-null and checks; None for another type below."""
    if (before.type, before.collation) != (after.type, after.collation):
        return None
    return _domain(before, after)


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
