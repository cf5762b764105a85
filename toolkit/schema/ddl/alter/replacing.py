"""Types that another one takes the place of: an enum without a label it had, a domain over another type."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.types import domain_units, enum_units
from toolkit.schema.objects import Column, Domain, Enum, SchemaObject
from toolkit.sql.quoting import qualified, quote_identifier


def is_replaced(before: SchemaObject, after: SchemaObject) -> bool:
    """Whether a label went or moved, or a domain stands on another type: no statement says either."""
    if isinstance(before, Enum) and isinstance(after, Enum):
        return [label for label in after.labels if label in before.labels] != list(before.labels)
    if isinstance(before, Domain) and isinstance(after, Domain):
        return (before.type, before.collation) != (after.type, after.collation)
    return False


def replace_type(before: Enum | Domain, after: Enum | Domain, old: Source, new: Source) -> Iterator[str]:
    """The old type steps aside, every column moves to the new one, the old one goes."""
    word = "TYPE" if isinstance(before, Enum) else "DOMAIN"
    aside = f"{before.name[:20]}_before"
    yield f"ALTER {word} {qualified(before.schema, before.name)} RENAME TO {quote_identifier(aside)}"
    units = enum_units(after, new) if isinstance(after, Enum) else domain_units(after, new)
    for made in units:
        yield from made.statements
    columns = [column for column in _columns_of(before, old) if _stays(column, new)]
    for column in columns:
        if column.default is not None:
            yield f"{_head(column)} DROP DEFAULT"
    for column in columns:
        if column.parent is None:
            yield f"{_head(column)} TYPE {column.type} USING {_through(column, before)}"
    for column in columns:
        kept = new.column(column.relation, column.name)
        if column.default is not None and kept and kept.default is not None and kept.type == column.type:
            only = _head(column).replace("ALTER TABLE", "ALTER TABLE ONLY", 1)
            yield f"{only} SET DEFAULT {kept.default}"
    yield f"DROP {word} {qualified(before.schema, aside)}"


def _columns_of(type_: Enum | Domain, old: Source) -> Iterator[Column]:
    name = qualified(type_.schema, type_.name)
    for column in old.snapshot.of(Column):
        if old.table(column.relation) is not None and column.type.removesuffix("[]") == name:
            yield column


def _stays(column: Column, new: Source) -> bool:
    return new.column(column.relation, column.name) is not None


def _head(column: Column) -> str:
    # Children follow the type of their parent, and have defaults of their own.
    return f"ALTER TABLE {column.relation} ALTER COLUMN {quote_identifier(column.name)}"


def _through(column: Column, before: Enum | Domain) -> str:
    """By way of the type below a domain, or of the label."""
    between = before.type if isinstance(before, Domain) else "text"
    array = "[]" if column.type.endswith("[]") else ""
    return f"{quote_identifier(column.name)}::{between}{array}::{column.type}"
