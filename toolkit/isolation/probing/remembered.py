"""The rulebook of a probe: each table and verb is looked up once, for many answers rest on the same rules."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.isolation.grounds import Edge, OwnedTable
from toolkit.isolation.rulebook import Loose, Rulebook
from toolkit.isolation.verdict import Verb
from toolkit.models.ownership import OwnerPath
from toolkit.models.shapes import TableShape


@dataclass(slots=True)
class RememberedRules(Rulebook):
    """A rulebook whose policies do not change while it is asked."""

    _loose: dict[tuple[str, Verb], Loose] = field(default_factory=dict)
    _along: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _clauses: dict[tuple[str, TableShape, OwnerPath], bool] = field(default_factory=dict)

    def loose(self, table: OwnedTable, verb: Verb) -> Loose:
        """The policies for a verb that do not bind it."""
        place = (table.name, verb)
        if place not in self._loose:
            self._loose[place] = Rulebook.loose(self, table, verb)
        return self._loose[place]

    def condition_binds(self, clause: str, table: OwnedTable, path: OwnerPath) -> bool:
        """Whether only rows of the acting user fulfil a condition on a table; many policies say the same."""
        place = (clause, table.shape, path)
        if place not in self._clauses:
            self._clauses[place] = Rulebook.condition_binds(self, clause, table, path)
        return self._clauses[place]

    def loose_along(self, edge: Edge) -> tuple[str, ...]:
        """The policies that may let an own row point at a row of somebody else along one reference."""
        if edge.name not in self._along:
            self._along[edge.name] = Rulebook.loose_along(self, edge)
        return self._along[edge.name]
