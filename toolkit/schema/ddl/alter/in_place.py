"""Which function changes an object of each kind in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from toolkit.schema.ddl.alter import others
from toolkit.schema.ddl.alter.columns import column_changes
from toolkit.schema.ddl.alter.tables import foreign_table_changes, table_changes
from toolkit.schema.ddl.alter.types import composite_changes, domain_changes, enum_changes
from toolkit.schema.ddl.source import Source
from toolkit.schema.objects import Column, Kind, View

_BY_KIND: Final[dict[Kind, Callable[[Any, Any, frozenset[str]], Iterable[str] | None]]] = {
    Kind.EXTENSION: others.extension,
    Kind.FUNCTION: others.routine,
    Kind.PROCEDURE: others.routine,
    Kind.INDEX: others.index,
    Kind.MATERIALIZED_VIEW: others.materialized_view,
    Kind.CONSTRAINT: others.constraint,
    Kind.SEQUENCE: others.sequence,
    Kind.TRIGGER: others.firing,
    Kind.RULE: others.firing,
    Kind.EVENT_TRIGGER: others.firing,
    Kind.STATISTICS: others.statistics,
    Kind.FOREIGN_DATA_WRAPPER: others.foreign,
    Kind.SERVER: others.foreign,
    Kind.COMPOSITE: lambda before, after, _changed: composite_changes(before, after),
    Kind.TABLE: lambda before, after, _changed: table_changes(before, after),
    Kind.FOREIGN_TABLE: lambda before, after, _changed: foreign_table_changes(before, after),
}


def in_place(
    before: Any, after: Any, changed: frozenset[str], old: Source, new: Source
) -> Iterable[str] | None:
    """The statements that change what is not common to all kinds; None where the object is made anew."""
    if not changed:
        return ()
    if isinstance(after, Column):
        return column_changes(before, after, new)
    if isinstance(after, View):
        return others.view(before, after, old, new)
    if after.kind is Kind.ENUM:
        return enum_changes(before, after, old, new)
    if after.kind is Kind.DOMAIN:
        return domain_changes(before, after, old, new)
    change = _BY_KIND.get(after.kind)
    return None if change is None else change(before, after, changed)
