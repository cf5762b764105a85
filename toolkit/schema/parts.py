"""What stands on a relation, gathered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from toolkit.schema.objects import (
    Column,
    Constraint,
    Index,
    Kind,
    Policy,
    Qualified,
    Rule,
    SchemaObject,
    Trigger,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """Columns in their order, everything else by name."""

    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    triggers: list[Trigger] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    def everything(self) -> Iterator[SchemaObject]:
        """All parts, kind after kind."""
        yield from self.columns
        yield from self.constraints
        yield from self.indexes
        yield from self.policies
        yield from self.triggers
        yield from self.rules

    @property
    def primary_key(self) -> Constraint | None:
        """The primary key, if there is one."""
        return next((found for found in self.constraints if found.type == "primary key"), None)

    @property
    def foreign_keys(self) -> tuple[Constraint, ...]:
        """The foreign keys, by name."""
        return tuple(found for found in self.constraints if found.type == "foreign key")


_LISTS: Final = {
    Kind.COLUMN: "columns",
    Kind.CONSTRAINT: "constraints",
    Kind.INDEX: "indexes",
    Kind.POLICY: "policies",
    Kind.TRIGGER: "triggers",
    Kind.RULE: "rules",
}


def parts_by_relation(objects: Iterable[SchemaObject]) -> dict[Qualified, Parts]:
    """The parts of every relation. `objects` must come sorted by name."""
    found: dict[Qualified, Parts] = {}
    for thing in objects:
        if isinstance(thing, Column | Constraint | Index | Policy | Trigger | Rule):
            relation = Qualified(thing.schema, thing.table)
            parts = found.get(relation)
            if parts is None:
                parts = found[relation] = Parts()
            getattr(parts, _LISTS[thing.kind]).append(thing)
    for parts in found.values():
        parts.columns.sort(key=lambda column: column.position)
    return found
