"""What a snapshot answers where a statement's cost depends on the catalog."""

from __future__ import annotations

from toolkit.schema.objects import Column, Constraint, Domain, Function, Key, Kind, Qualified
from toolkit.schema.snapshot import Snapshot
from toolkit.sql.classify import ConstraintKind, RelationName, Volatility
from toolkit.sql.quoting import quote_identifier

_KINDS = {
    "check": ConstraintKind.CHECK,
    "foreign key": ConstraintKind.FOREIGN_KEY,
    "unique": ConstraintKind.UNIQUE,
    "primary key": ConstraintKind.PRIMARY_KEY,
    "exclude": ConstraintKind.EXCLUSION,
}


class SnapshotKnowledge:
    """`Knowledge` of the database before; functions and domains also of the one after."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        self._before = before
        self._sides = (before, after)

    def column_type(self, relation: RelationName, column: str) -> str | None:
        """See `Knowledge`."""
        found = self._before.objects.get(Key(Kind.COLUMN, (relation.schema or "", relation.name, column)))
        return found.type if isinstance(found, Column) else None

    def is_proven_not_null(self, relation: RelationName, column: str) -> bool | None:
        """See `Knowledge`."""
        proof = f"({quote_identifier(column)} IS NOT NULL)"
        parts = self._before.parts(Qualified(relation.schema or "", relation.name))
        return any(found.expression == proof and found.validated for found in parts.constraints)

    def constraint_kind(self, relation: RelationName, constraint: str) -> ConstraintKind | None:
        """See `Knowledge`."""
        key = Key(Kind.CONSTRAINT, (relation.schema or "", relation.name, constraint))
        found = self._before.objects.get(key)
        # A not-null constraint is part of its column.
        return _KINDS[found.type] if isinstance(found, Constraint) else ConstraintKind.NOT_NULL

    def volatility(self, function: str) -> Volatility | None:
        """See `Knowledge`."""
        name = function.rpartition(".")[2]
        order = list(Volatility)
        known = [
            order.index(Volatility(found.volatility))
            for side in self._sides
            for found in side.of(Function)
            if found.name == name
        ]
        return order[max(known)] if known else None

    def is_constrained_domain(self, type_name: str) -> bool | None:
        """See `Knowledge`."""
        name = type_name.rpartition(".")[2]
        return any(
            found.name == name and (found.not_null or bool(found.checks))
            for side in self._sides
            for found in side.of(Domain)
        )

    def is_utc(self) -> bool | None:
        """See `Knowledge`."""
        return None
