"""What `env.py` leaves out of comparisons: its `include_object` and `include_name`, asked as Alembic does.

Objects of the database are handed to the hooks as bare stand-ins of SQLAlchemy's classes with their names; a
hook that wants more of them than that has no say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from toolkit.migrate.captured import CapturedEnvironment, Configuration
from toolkit.schema.objects import Column, Constraint, Index, Key, Kind, Qualified, SchemaObject, Table

DEFAULT_SCHEMA: Final = "public"

_TYPES: Final = {"unique": "unique_constraint", "foreign key": "foreign_key_constraint"}


def qualified(table: sa.Table) -> Qualified:
    """The name of a model's table in the database."""
    return Qualified(table.schema or DEFAULT_SCHEMA, str(table.name))


@dataclass(frozen=True, slots=True)
class Filters:
    """The hooks of every configuration; what one of them refuses is left out."""

    configurations: tuple[Configuration, ...] = ()

    @classmethod
    def of(cls, environment: CapturedEnvironment | None) -> Filters:
        """The filters of a captured environment; without one, nothing is left out."""
        return cls() if environment is None else cls(environment.configurations)

    def has_table(self, table: sa.Table) -> bool:
        """Whether a table of the models is compared."""
        return self._object(table, str(table.name), "table", reflected=False)

    def refused(self, tables: dict[Qualified, sa.Table]) -> frozenset[Key]:
        """The parts of the models' tables that are left out."""
        return frozenset(
            Key(kind, path)
            for name, table in tables.items()
            for kind, path, item, type_ in _parts(name, table)
            if not self._object(item, path[-1], type_, reflected=False)
        )

    def refuses(self, thing: SchemaObject) -> bool:
        """Whether an object that the database has and the models have not is left out."""
        return self.active and not self._has(thing)

    @property
    def active(self) -> bool:
        """Whether there is a hook at all."""
        return any(each.include_object or each.include_name for each in self.configurations)

    def _has(self, thing: SchemaObject) -> bool:
        described = _stand_in(thing)
        if described is None:
            return True
        item, name, type_, schema, table = described
        parents = {"schema_name": schema}
        if table is not None:
            parents["table_name"] = table
        if (relation := name if type_ == "table" else table) is not None:
            parents["schema_qualified_table_name"] = f"{schema}.{relation}" if schema else relation
        return self._name(name, type_, parents) and self._object(item, name, type_, reflected=True)

    def _object(self, item: Any, name: str, type_: str, *, reflected: bool) -> bool:
        return all(
            _answer(hook, item, name, type_, reflected, None)
            for each in self.configurations
            if (hook := each.include_object) is not None
        )

    def _name(self, name: str, type_: str, parents: dict[str, Any]) -> bool:
        return all(
            _answer(hook, name, type_, parents)
            for each in self.configurations
            if (hook := each.include_name) is not None
        )


def _answer(hook: Any, *arguments: Any) -> bool:
    try:
        return bool(hook(*arguments))
    except Exception:  # noqa: BLE001 - the project's hook, given less than it is used to
        return True


def _parts(name: Qualified, table: sa.Table) -> Iterator[tuple[Kind, tuple[str, ...], Any, str]]:
    for column in table.columns:
        yield Kind.COLUMN, (*name, str(column.name)), column, "column"
    for index in table.indexes:
        yield Kind.INDEX, (name.schema, str(index.name)), index, "index"
    for constraint in table.constraints:
        kinds = {sa.UniqueConstraint: "unique", sa.ForeignKeyConstraint: "foreign key"}
        type_ = next((word for kind, word in kinds.items() if isinstance(constraint, kind)), None)
        if type_ is not None and constraint.name is not None:
            yield Kind.CONSTRAINT, (*name, str(constraint.name)), constraint, _TYPES[type_]


def _stand_in(thing: SchemaObject) -> tuple[Any, str, str, str | None, str | None] | None:
    """A bare object of SQLAlchemy's, its name, Alembic's word for its type, its schema and its table."""
    match thing:
        case Table(schema=schema, name=name):
            return _bare(schema, name), name, "table", _shown(schema), None
        case Column(schema=schema, table=table, name=name):
            column: sa.Column[Any] = sa.Column(name, sa.types.NullType())
            _bare(schema, table).append_column(column)
            return column, name, "column", _shown(schema), table
        case Index(schema=schema, table=table, name=name) if thing.constraint is None:
            index = sa.Index(name)
            index._set_parent(_bare(schema, table))  # noqa: SLF001 - an index without columns has no other way
            return index, name, "index", _shown(schema), table
        case Constraint(schema=schema, table=table, name=name, type=type_) if type_ in _TYPES:
            made = sa.UniqueConstraint(name=name)
            made._set_parent(_bare(schema, table))  # noqa: SLF001 - as above
            return made, name, _TYPES[type_], _shown(schema), table
    return None


def _bare(schema: str, name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), schema=_shown(schema))


def _shown(schema: str) -> str | None:
    """The schema as Alembic shows it to hooks: None for the default one."""
    return None if schema == DEFAULT_SCHEMA else schema
