"""What cannot be compared between two major versions of PostgreSQL.

Sources: release notes of 16 (views over one relation lose the column qualifier), 17 (the MAINTAIN privilege)
and 18 (not-null constraints have names).
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from toolkit.schema.objects import (
    Constraint,
    Domain,
    Function,
    Grant,
    Index,
    MaterializedView,
    NotNull,
    Policy,
    Rule,
    SchemaObject,
    StatisticsObject,
    Trigger,
    View,
)

_WRITTEN_BY_THE_SERVER: Final[dict[type[SchemaObject], frozenset[str]]] = {
    View: frozenset({"definition"}),
    MaterializedView: frozenset({"definition"}),
    Rule: frozenset({"definition"}),
    StatisticsObject: frozenset({"definition"}),
    Constraint: frozenset({"expression", "definition"}),
    Index: frozenset({"keys", "predicate"}),
    Policy: frozenset({"using", "with_check"}),
    Trigger: frozenset({"condition"}),
    Domain: frozenset({"checks"}),
    Function: frozenset({"sql_body"}),
}


def may_be_rendering(kind: type[SchemaObject], attribute: str) -> bool:
    """Whether the attribute is a text that servers of other versions may write otherwise."""
    return attribute in _WRITTEN_BY_THE_SERVER.get(kind, ())


def across_majors(before: Any, after: Any) -> tuple[Any, Any]:
    """The two values without what only one of the servers knows."""
    if isinstance(before, NotNull) and isinstance(after, NotNull) and None in (before.name, after.name):
        return dataclasses.replace(before, name=None), dataclasses.replace(after, name=None)
    if isinstance(before, tuple) and isinstance(after, tuple):
        return _without_maintain(before), _without_maintain(after)
    return before, after


def _without_maintain(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        value for value in values if not (isinstance(value, Grant) and value.privilege == "MAINTAIN")
    )
