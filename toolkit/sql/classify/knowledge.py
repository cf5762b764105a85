"""What the catalog knows and the text does not.

Classification asks through `Knowledge`; None means "not known" and leads to an undetermined kind, never to a
guess. Whoever has a catalog makes a `Knowledge` of it; this room never reads one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from toolkit.sql.classify.parts import RelationName


class Volatility(StrEnum):
    """How a function's result may change, in PostgreSQL's words."""

    IMMUTABLE = "immutable"
    STABLE = "stable"
    VOLATILE = "volatile"


class ConstraintKind(StrEnum):
    """What a constraint is."""

    CHECK = "check"
    FOREIGN_KEY = "foreign_key"
    UNIQUE = "unique"
    PRIMARY_KEY = "primary_key"
    EXCLUSION = "exclusion"
    NOT_NULL = "not_null"


class Knowledge(Protocol):
    """Questions to a catalog. None: not known."""

    def column_type(self, relation: RelationName, column: str) -> str | None:
        """The column's type as `format_type` writes it: `character varying(20)`."""
        ...

    def is_proven_not_null(self, relation: RelationName, column: str) -> bool | None:
        """Whether a valid check or not-null constraint says that the column has no nulls."""
        ...

    def constraint_kind(self, relation: RelationName, constraint: str) -> ConstraintKind | None:
        """What the constraint of that name is."""
        ...

    def volatility(self, function: str) -> Volatility | None:
        """Of a function, by its name as written; the worst one if overloaded."""
        ...

    def is_constrained_domain(self, type_name: str) -> bool | None:
        """Whether the type is a domain with a constraint; False for any other type that exists."""
        ...

    def is_utc(self) -> bool | None:
        """Whether the session's time zone is UTC."""
        ...


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """`Knowledge` from plain mappings. Relations are looked up by name alone, so use it for one schema."""

    column_types: Mapping[tuple[str, str], str] = field(default_factory=dict)
    proven_not_null: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    constraint_kinds: Mapping[tuple[str, str], ConstraintKind] = field(default_factory=dict)
    volatilities: Mapping[str, Volatility] = field(default_factory=dict)
    constrained_domains: Mapping[str, bool] = field(default_factory=dict)
    utc: bool | None = None

    def column_type(self, relation: RelationName, column: str) -> str | None:
        """See `Knowledge`."""
        return self.column_types.get((relation.name, column))

    def is_proven_not_null(self, relation: RelationName, column: str) -> bool | None:
        """See `Knowledge`."""
        return self.proven_not_null.get((relation.name, column))

    def constraint_kind(self, relation: RelationName, constraint: str) -> ConstraintKind | None:
        """See `Knowledge`."""
        return self.constraint_kinds.get((relation.name, constraint))

    def volatility(self, function: str) -> Volatility | None:
        """See `Knowledge`."""
        return self.volatilities.get(function)

    def is_constrained_domain(self, type_name: str) -> bool | None:
        """See `Knowledge`."""
        return self.constrained_domains.get(type_name)

    def is_utc(self) -> bool | None:
        """See `Knowledge`."""
        return self.utc


NOTHING_KNOWN: Final[Knowledge] = KnownFacts()
"""For a text without a database."""
