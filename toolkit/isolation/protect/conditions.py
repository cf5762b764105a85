"""The conditions of policies as SQL: that a row is the acting user's, and that it refers to own rows only.

The identity is read in a subquery, once per statement instead of once per row. Every table is named with its
schema and every column of the row with its table, so that no subquery can capture it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from toolkit.isolation.grounds import Edge, OwnedTable
from toolkit.models.ownership import OwnerPath
from toolkit.models.ownership.paths import Hop, hop_along
from toolkit.models.shapes import split_table_name
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal

_TEXTS: Final = ("text", "character varying", "character", "citext", "name")
"""Types that compare with a text; a cast to one with a length would cut the user's name."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells the acting user: a setting, or a function without arguments that gives a text."""

    setting: str
    function: str | None = None
    """Schema and name, joined by a dot."""

    @property
    def name(self) -> str:
        """For people."""
        return self.setting if self.function is None else f"{self.function}()"

    def as_type(self, type_: str) -> str:
        """The acting user's key, for a column of this type; NULL where nobody acts."""
        if self.function is None:
            told = f"nullif(current_setting({quote_literal(self.setting)}, true), '')"
        else:
            told = ".".join(quote_identifier(part) for part in self.function.split(".")) + "()"
        cast = "" if type_.startswith(_TEXTS) else f"::{type_}"
        return f"(SELECT {told}{cast})"


def own_row(table: OwnedTable, type_: str, identity: Identity) -> str:
    """That a row of the table belongs to the acting user, whose key has the type."""
    return _leads_to_user(table, table.path, identity.as_type(type_))


def own_parent(edge: Edge, type_: str, identity: Identity) -> str:
    """That the row refers to a row of the acting user along the edge, or to nothing."""
    hop = hop_along(edge.child.shape, edge.foreign_key)
    way = edge.parent.path
    path = OwnerPath(edge.child.name, (hop, *way.hops), way.column, way.column_nullable)
    found = _leads_to_user(edge.child, path, identity.as_type(type_))
    nothing = [
        f"{_column(edge.child, name)} IS NULL"
        for name in edge.foreign_key.columns
        if not edge.child.shape.requires([name])
    ]
    return f"({' OR '.join([*nothing, found])})" if nothing else found


def _leads_to_user(table: OwnedTable, path: OwnerPath, user: str) -> str:
    if not path.hops:
        return f"{_column(table, path.column)} = {user}"
    joins = [f"{_named(path.hops[0])} AS {_alias(table, 1)}"]
    for number, hop in enumerate(path.hops[1:], start=2):
        meets = _meets(hop, _alias(table, number - 1), _alias(table, number))
        joins.append(f"JOIN {_named(hop)} AS {_alias(table, number)} ON {meets}")
    here = quote_identifier(table.shape.table)
    owner = f"{_alias(table, len(path.hops))}.{quote_identifier(path.column)}"
    first = _meets(path.hops[0], here, _alias(table, 1))
    return f"EXISTS (SELECT 1 FROM {' '.join(joins)} WHERE {first} AND {owner} = {user})"


def _meets(hop: Hop, source: str, target: str) -> str:
    return " AND ".join(
        f"{target}.{quote_identifier(there)} = {source}.{quote_identifier(here)}"
        for here, there in hop.foreign_key.pairs
    )


def _named(hop: Hop) -> str:
    return qualified(*split_table_name(hop.target))


def _column(table: OwnedTable, name: str) -> str:
    return f"{quote_identifier(table.shape.table)}.{quote_identifier(name)}"


def _alias(table: OwnedTable, number: int) -> str:
    alias = f"owner_{number}"
    return f"{alias}_" if table.shape.table == alias else alias
