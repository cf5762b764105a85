"""The database as the compiler sees it: its catalog, who owns what, which policies bind, what the role may.

Invariant: nothing here is decided by name alone; a policy counts by what its clauses say.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from toolkit.isolation.attempt import Stage
from toolkit.isolation.catalog import Policy, TableSecurity
from toolkit.isolation.grounds import Grounds, OwnedTable
from toolkit.isolation.protect.conditions import Identity
from toolkit.isolation.rulebook import Rulebook
from toolkit.isolation.verdict import Subject
from toolkit.models.shapes import table_name
from toolkit.schema import Snapshot
from toolkit.schema.ddl.source import Source
from toolkit.schema.objects import Constraint, Grants, Index, Key, Kind, Qualified, Role, Table
from toolkit.schema.objects import Policy as PolicyObject
from toolkit.schema.parts import Parts
from toolkit.sql.quoting import quote_identifier

LETTERS = {"all": "*", "select": "r", "insert": "a", "update": "w", "delete": "d"}


@dataclass
class Site:
    """What steps are made from."""

    snapshot: Snapshot
    grounds: Grounds
    role: str
    identity: Identity
    stage: Stage
    planned_indexes: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    """By table, the columns of the indexes that steps make."""
    planned_unique: dict[str, set[frozenset[str]]] = field(default_factory=dict)
    """By table, the columns that steps make unique together."""
    _taken: set[str] = field(default_factory=set)

    @cached_property
    def source(self) -> Source:
        """The catalog as DDL is written from it."""
        return Source(self.snapshot)

    @property
    def quoted_role(self) -> str:
        """The role as SQL names it."""
        return quote_identifier(self.role)

    @cached_property
    def role_object(self) -> Role | None:
        """The role, if it exists."""
        found = self.snapshot.objects.get(Key(Kind.ROLE, (self.role,)))
        return found if isinstance(found, Role) else None

    @cached_property
    def acts_as(self) -> frozenset[str]:
        """The role, and the roles whose rights it has by inheritance."""
        roles = {role.name: role for role in self.snapshot.of(Role)}
        found: set[str] = set()
        todo = [self.role]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += [each.role for each in roles[name].member_of if each.inherit] if name in roles else []
        return frozenset(found)

    def rights(self, grants: Grants, owner: str) -> frozenset[str]:
        """What the role may do with an object, for whatever reason."""
        if owner in self.acts_as:
            return frozenset(grant.privilege for grant in grants) | {"SELECT", "INSERT", "UPDATE", "DELETE"}
        return frozenset(each.privilege for each in grants if each.to_public or each.grantee in self.acts_as)

    def table(self, owned: OwnedTable) -> Table:
        """The table in the catalog."""
        found = self.snapshot.objects[Key(Kind.TABLE, (owned.shape.schema, owned.shape.table))]
        assert isinstance(found, Table)
        return found

    def parts(self, owned: OwnedTable) -> Parts:
        """What stands on the table."""
        return self.snapshot.parts(Qualified(owned.shape.schema, owned.shape.table))

    def constraint(self, owned: OwnedTable, name: str | None) -> Constraint | None:
        """A constraint of the table by name."""
        return next((each for each in self.parts(owned).constraints if each.name == name), None)

    def indexes(self, owned: OwnedTable) -> list[tuple[str, ...]]:
        """The columns of every index of the table that finds any row by them."""
        return [_columns(index) for index in self.parts(owned).indexes if _finds_every_row(index)]

    def owner_type(self, owned: OwnedTable) -> str:
        """The type of the column that holds the owner of the table's rows."""
        column = self.grounds.shapes[owned.path.end].column(owned.path.column)
        assert column is not None
        return column.type

    def new_name(self, *parts: str, schema: str) -> str:
        """A name for an object of ours that nothing in the schema bears."""
        base = "_".join(parts)
        number = 1
        while True:
            suffix = "" if number == 1 else f"_{number}"
            name = base.encode()[: 63 - len(suffix)].decode(errors="ignore") + suffix
            if name not in self._names_in(schema):
                self._taken.add(f"{schema}.{name}")
                return name
            number += 1

    def _names_in(self, schema: str) -> Collection[str]:
        ours = {name.removeprefix(f"{schema}.") for name in self._taken if name.startswith(f"{schema}.")}
        return ours | self._known_names.get(schema, set())

    @cached_property
    def _known_names(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key in self.snapshot.objects:
            if len(key.path) > 1 and key.kind is not Kind.COLUMN:
                found.setdefault(key.path[0], set()).add(key.path[-1])
        return found

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy, as the rulebook reads it."""
        return tuple(
            Policy(
                table_name(each.schema, each.table),
                each.name,
                LETTERS[each.command],
                each.permissive,
                each.using,
                each.with_check,
                not each.roles or not self.acts_as.isdisjoint(each.roles),
            )
            for each in self.snapshot.of(PolicyObject)
        )

    @cached_property
    def rules(self) -> Rulebook:
        """The policies as they will count when row security is on everywhere."""
        subject = Subject(self.role, "given", False, (), "", True, self.identity.setting)
        security = {
            owned.name: TableSecurity(
                owned.name,
                enabled=True,
                forced=True,
                owner="",
                owned=False,
                usable=True,
                can_read=True,
                can_insert=True,
                can_update=True,
                can_delete=True,
                can_truncate=False,
                open_children=False,
            )
            for owned in self.grounds.owned
        }
        told = frozenset([self.identity.function]) if self.identity.function else frozenset[str]()
        return Rulebook(self.stage, self.grounds, subject, security, self.policies, told=told)


def _columns(index: Index) -> tuple[str, ...]:
    return tuple(key.column or "" for key in index.keys)


def _finds_every_row(index: Index) -> bool:
    return index.valid and index.predicate is None and index.method == "btree"
