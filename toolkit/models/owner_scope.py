"""The condition that a row belongs to a user, for SQLAlchemy statements over one model.

Invariant: the condition names the table of the model and nothing of the session; over a path it is an EXISTS
over the parents' tables, deleted parents left out, so it holds in SELECT, UPDATE and DELETE alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, FromClause, Table, and_, inspect, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from toolkit.models.metadata_shapes import qualified_name, shapes_of
from toolkit.models.ownership.paths import OwnerPath, resolve_path
from toolkit.models.soft_delete import deletion_column

_scopes: WeakKeyDictionary[type[Any], dict[str, OwnerScope]] = WeakKeyDictionary()


@dataclass(frozen=True)
class OwnerScope:
    """The way from rows of `model` to their owner."""

    model: type[Any]
    path: OwnerPath

    @classmethod
    def of(cls, model: type[Any], owner: str) -> OwnerScope:
        """The scope that the text describes (`resolve_path`). Raises OwnershipRuleError."""
        known = _scopes.setdefault(model, {})
        if owner not in known:
            table = _table(model)
            shapes = {shape.name: shape for shape in shapes_of([table.metadata])}
            known[owner] = cls(model, resolve_path(shapes, qualified_name(table), owner))
        return known[owner]

    @property
    def table(self) -> Table:
        """The table of the model."""
        return _table(self.model)

    @property
    def attribute(self) -> str | None:
        """The attribute of the model that holds the owner, or None if the owner is found over parents."""
        if self.path.hops:
            return None
        mapper: Mapper[Any] = inspect(self.model)
        return mapper.get_property_by_column(_table(self.model).c[self.path.column]).key

    def owned_by(self, user_id: Any) -> ColumnElement[bool]:
        """That a row of the model belongs to the user."""
        if self.attribute is not None:
            column: InstrumentedAttribute[Any] = getattr(self.model, self.attribute)
            condition: ColumnElement[bool] = column == user_id
            return condition
        return path_leads_to(self.model, self.path, user_id)


def path_leads_to(
    model: type[Any], path: OwnerPath, user_id: Any, start: dict[str, Any] | None = None
) -> ColumnElement[bool]:
    """That the path leads from a row of the model to the user, over no deleted parent.

    With `start`, from a row with these column values instead, stored or not.
    """
    table = _table(model)
    tables = {qualified_name(each): each for each in table.metadata.tables.values()}
    deletions = _deletions(model)
    conditions: list[ColumnElement[bool]] = []
    here: FromClause = table
    for number, hop in enumerate(path.hops):
        there = tables[hop.target].alias(f"owner_{number + 1}")
        for column, target in hop.foreign_key.pairs:
            given = number == 0 and start is not None
            value = literal(start[column], table.c[column].type) if given and start else here.c[column]
            conditions.append(there.c[target] == value)
        if hop.target in deletions:
            conditions.append(there.c[deletions[hop.target]].is_(None))
        here = there
    conditions.append(here.c[path.column] == user_id)
    return select(literal(1)).where(and_(*conditions)).correlate(table).exists()


def _table(model: type[Any]) -> Table:
    mapper: Mapper[Any] = inspect(model)
    table = mapper.local_table
    assert isinstance(table, Table), f"{model.__name__} is not mapped to a table"
    return table


def _deletions(model: type[Any]) -> dict[str, str]:
    """The soft-delete column of every table that has one, by qualified name."""
    mapper: Mapper[Any] = inspect(model)
    found: dict[str, str] = {}
    for each in mapper.registry.mappers:
        attribute = deletion_column(each.class_)
        if attribute is not None and isinstance(each.local_table, Table):
            found[qualified_name(each.local_table)] = each.column_attrs[attribute.key].columns[0].name
    return found
