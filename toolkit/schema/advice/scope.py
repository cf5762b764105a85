"""What a rule sees: the snapshot without what is not the user's, the statistics, the settings.

Left out everywhere: members of extensions, what the platform and neonkit keep, temporary tables, the version
tables of migration tools. A partition is looked at through its parent: `tables` has the parent alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from toolkit.schema.advice.declared import Declared
from toolkit.schema.advice.names import free_name
from toolkit.schema.advice.statistics import Statistics, TableStatistics
from toolkit.schema.objects import (
    Column,
    Constraint,
    Grants,
    Index,
    Key,
    Kind,
    MaterializedView,
    Origin,
    Policy,
    Qualified,
    Role,
    Schema,
    Table,
    View,
)
from toolkit.schema.parts import Parts
from toolkit.schema.snapshot import Snapshot
from toolkit.settings.advice import AdviceSettings
from toolkit.sql.quoting import quote_identifier

_NAME: Final = r'(?:"(?:[^"]|"")*"|[a-z_][a-z0-9_$]*)'
_QUALIFIED: Final = re.compile(rf'(?<![\w".]){_NAME}\.{_NAME}')


class Scope:
    """One database to advise on. Everything derived is computed once and shared by the rules."""

    def __init__(
        self,
        snapshot: Snapshot,
        statistics: Statistics | None = None,
        settings: AdviceSettings | None = None,
        declared: Declared | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.settings = settings or AdviceSettings()
        self._statistics = statistics
        self.declared = declared

    @property
    def statistics(self) -> Statistics:
        """The statistics; only for rules that say they need them."""
        if self._statistics is None:
            raise LookupError("a rule that reads statistics must say so with needs_statistics")
        return self._statistics

    @property
    def has_statistics(self) -> bool:
        """Whether statistics were read."""
        return self._statistics is not None

    @cached_property
    def every_table(self) -> tuple[Table, ...]:
        """The user's tables, partitions included."""
        return tuple(
            table
            for table in self.snapshot.own(Table)
            if table.persistence != "temporary" and table.name not in self.settings.version_tables
        )

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """The user's tables without partitions."""
        return tuple(table for table in self.every_table if table.partition_of is None)

    @cached_property
    def partitions(self) -> dict[Qualified, list[Table]]:
        """The partitions of each partitioned table."""
        found: dict[Qualified, list[Table]] = {}
        for table in self.every_table:
            if table.partition_of is not None:
                found.setdefault(table.partition_of, []).append(table)
        return found

    def table(self, name: Qualified) -> Table | None:
        """The table of this name, if it is one of the user's."""
        found = self.snapshot.objects.get(Key(Kind.TABLE, tuple(name)))
        return found if isinstance(found, Table) and found.origin is Origin.USER else None

    def parts(self, relation: Qualified) -> Parts:
        """What stands on a relation."""
        return self.snapshot.parts(relation)

    def columns(self) -> Iterator[tuple[Table, Column]]:
        """Every column that a table of `tables` declares itself."""
        for table in self.tables:
            for column in self.parts(table.qualified).columns:
                if column.local:
                    yield table, column

    def column(self, relation: Qualified, name: str) -> Column | None:
        """One column of any relation."""
        found = self.snapshot.objects.get(Key(Kind.COLUMN, (*relation, name)))
        return found if isinstance(found, Column) else None

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """The constraints of `tables`, by table."""
        return tuple(one for table in self.tables for one in self.parts(table.qualified).constraints)

    @cached_property
    def foreign_keys(self) -> tuple[Constraint, ...]:
        """The foreign keys of `tables`, by table."""
        return tuple(one for one in self.constraints if one.type == "foreign key")

    @cached_property
    def inherited(self) -> frozenset[Qualified]:
        """The tables that others inherit from, other than as partitions."""
        return frozenset(parent for table in self.tables for parent in table.inherits)

    @cached_property
    def referring(self) -> dict[Qualified, list[Constraint]]:
        """The foreign keys that refer to each table."""
        found: dict[Qualified, list[Constraint]] = {}
        for key in self.foreign_keys:
            if key.references is not None:
                found.setdefault(key.references, []).append(key)
        return found

    @cached_property
    def readers(self) -> dict[str, list[View | MaterializedView]]:
        """The views that name a relation, by its name in SQL: the server writes each with its schema."""
        found: dict[str, list[View | MaterializedView]] = {}
        views: list[View | MaterializedView] = [*self.views, *self.materialized_views]
        for view in views:
            for name in {*_QUALIFIED.findall(view.definition)}:
                found.setdefault(name, []).append(view)
        return found

    @cached_property
    def indexes(self) -> tuple[Index, ...]:
        """The indexes of `tables`, those behind constraints and broken ones included."""
        return tuple(one for table in self.tables for one in self.parts(table.qualified).indexes)

    def usable_indexes(self, relation: Qualified) -> Iterator[Index]:
        """The valid indexes of a relation."""
        return (one for one in self.parts(relation).indexes if one.valid and one.ready)

    def policies(self, relation: Qualified) -> list[Policy]:
        """The policies of a relation."""
        return self.parts(relation).policies

    @cached_property
    def views(self) -> tuple[View, ...]:
        """The user's views."""
        return self.snapshot.own(View)

    @cached_property
    def materialized_views(self) -> tuple[MaterializedView, ...]:
        """The user's materialized views."""
        return self.snapshot.own(MaterializedView)

    @cached_property
    def readable(self) -> tuple[Table | View | MaterializedView, ...]:
        """Whatever rows can be read from: tables, partitions, views, materialized views."""
        return (*self.every_table, *self.views, *self.materialized_views)

    @cached_property
    def primary_keys(self) -> dict[Qualified, Constraint]:
        """The primary key of each table of `tables` that has one."""
        return {one.relation: one for one in self.constraints if one.type == "primary key"}

    def covering_index(self, relation: Qualified, columns: tuple[str, ...]) -> Index | None:
        """A usable index over all rows whose leading keys are these columns, in any order."""
        for index in self.usable_indexes(relation):
            leading = tuple(key.column for key in index.keys[: len(columns)])
            if index.predicate is None and index.method in ("btree", "hash") and {*leading} == {*columns}:
                return index
        return None

    def owner_column(self, relation: Qualified) -> Column | None:
        """The column that holds a row's owner, by the configured names; the first of them wins."""
        for name in self.settings.owner_columns:
            if (found := self.column(relation, name)) is not None:
                return found
        return None

    def rows(self, relation: Qualified) -> int | None:
        """How many rows, as the server thinks."""
        counted = self.table_statistics(relation)
        if counted is not None and counted.rows is not None:
            return counted.rows
        size = self.snapshot.sizes.get(relation)
        return None if size is None else size.rows

    def table_statistics(self, relation: Qualified) -> TableStatistics | None:
        """The counters of a table, where known."""
        return None if self._statistics is None else self._statistics.tables.get(relation)

    def free_name(self, schema: str, wanted: str) -> str:
        """`wanted`, or something near it that no relation of the schema is named."""
        return free_name(wanted, lambda name: self._taken(schema, name))

    def _taken(self, schema: str, name: str) -> bool:
        kinds = (Kind.TABLE, Kind.INDEX, Kind.SEQUENCE, Kind.VIEW, Kind.MATERIALIZED_VIEW)
        return any(Key(kind, (schema, name)) in self.snapshot.objects for kind in kinds)

    @cached_property
    def reach(self) -> dict[str, frozenset[str]]:
        """Each configured role with the roles whose rights it has without asking, itself included."""
        return {role: frozenset(self._inherited(role)) for role in self.settings.app_roles}

    @cached_property
    def _roles(self) -> dict[str, Role]:
        return {role.name: role for role in self.snapshot.of(Role)}

    def role(self, name: str) -> Role | None:
        """The role of this name, as far as it can be seen."""
        return self._roles.get(name)

    def may_become(self, name: str) -> frozenset[str]:
        """The role with all whose rights it has or can take by SET ROLE."""
        return frozenset(self._inherited(name, asking=True))

    def _inherited(self, name: str, *, asking: bool = False) -> set[str]:
        """`asking`: also memberships that have to be taken by SET ROLE."""
        found, todo = {name}, [name]
        while todo:
            role = self._roles.get(todo.pop())
            for membership in role.member_of if role else ():
                unasked = membership.inherit and (role is None or role.inherit)
                if (unasked or (asking and membership.set_role)) and membership.role not in found:
                    found.add(membership.role)
                    todo.append(membership.role)
        return found

    def holders(self, grants: Grants, privileges: frozenset[str]) -> dict[str, set[str]]:
        """The configured roles that hold any of `privileges` by these grants, with those they hold."""
        found: dict[str, set[str]] = {}
        for role, reached in self.reach.items():
            for grant in grants:
                if grant.privilege in privileges and (grant.to_public or grant.grantee in reached):
                    found.setdefault(role, set()).add(grant.privilege)
        return found

    def low_holders(self, grants: Grants) -> dict[str, set[str]]:
        """Who of PUBLIC and the roles anybody can take holds which of these, by its name in SQL."""
        found: dict[str, set[str]] = {}
        for grant in grants:
            if grant.to_public:
                found.setdefault("PUBLIC", set()).add(grant.privilege)
            elif grant.grantee in self.settings.low_roles:
                found.setdefault(quote_identifier(grant.grantee), set()).add(grant.privilege)
        return dict(sorted(found.items()))

    def may_use(self, schema: str) -> frozenset[str]:
        """The configured roles that may use the objects of a schema."""
        found = self.snapshot.objects.get(Key(Kind.SCHEMA, (schema,)))
        return frozenset(
            self.holders(found.grants, frozenset({"USAGE"})) if isinstance(found, Schema) else ()
        )
