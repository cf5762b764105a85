"""A relation whose rows have an owner, as complete SQL: tables; partitions and children by their own name.

Invariant: every text here is a piece of a statement sent as it is; nothing in it is bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection, text

from toolkit.isolation.catalog import Catalog, Column, TableSecurity
from toolkit.isolation.grounds import Grounds, OwnedTable
from toolkit.isolation.probing import catalog_sql
from toolkit.isolation.probing.evidence import RelationKind
from toolkit.models.ownership import owner_joins
from toolkit.models.shapes import TableShape
from toolkit.sql.quoting import quote_identifier, quote_literal

_PLACES: Final = "pg_catalog.hashtidextended(t0.ctid, t0.tableoid::bigint)"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger that a user's write fires."""

    name: str
    function: str
    """Quoted, with its arguments."""
    definer: bool
    language: str
    body: str


@dataclass(frozen=True)
class Target:
    """One relation that the role addresses by name. In statements it is `t0`."""

    table: OwnedTable
    kind: RelationKind
    parent: OwnedTable
    """The owned table it belongs to; itself for a table."""
    security: TableSecurity
    columns: tuple[Column, ...]
    owner_type: str
    triggers: tuple[Trigger, ...] = ()
    rewritten: bool = False
    """Whether a rule may turn a write into another."""

    @cached_property
    def name(self) -> str:
        """`schema.table`, for people."""
        return self.table.name

    @cached_property
    def sql(self) -> str:
        """The quoted name."""
        return self.table.quoted

    @cached_property
    def key(self) -> str:
        """An expression that names a row: its primary key, else its place, as text."""
        names = self.table.shape.primary_key or ("tableoid", "ctid")
        return f"ROW({', '.join(f't0.{quote_identifier(name)}' for name in names)})::text"

    @cached_property
    def source(self) -> str:
        """The FROM list that leads from a row to its owner; a row without a parent stays."""
        return f"{self.sql} AS t0 {owner_joins(self.table.path, 't0')[0]}"

    @cached_property
    def owner(self) -> str:
        """The owner's key, over `source`."""
        return owner_joins(self.table.path, "t0")[1]

    @cached_property
    def has_side_effects(self) -> bool:
        """Whether a write may reach more rows than it says."""
        return bool(self.triggers) or self.rewritten

    @cached_property
    def acts_for_others(self) -> str | None:
        """What a write sets off that no policy binds: a trigger with rights of its own, or a rule."""
        named = [each.name for each in self.triggers if each.definer]
        if named:
            return f"trigger {', '.join(named)} acts as the owner of its function"
        return "a rule turns writes into others" if self.rewritten else None

    def of_owner(self, user: str) -> str:
        """Condition over `source`: the row belongs to the user."""
        return f"{self.owner} = {self.literal(user)}"

    def of_others(self, user: str | None) -> str:
        """Condition over `source`: the row is not the user's; every row if there is no user."""
        return "true" if user is None else f"{self.owner} IS DISTINCT FROM {self.literal(user)}"

    def literal(self, user: str) -> str:
        """An owner's key as SQL."""
        return f"CAST({quote_literal(user)} AS {self.owner_type})"

    def fingerprint(self, user: str | None) -> str:
        """A query for the state of all rows that are not the user's: how many, a sum over their places."""
        return (
            f"SELECT pg_catalog.jsonb_build_array(count(*), sum({_PLACES})::text)"
            f" FROM {self.source} WHERE {self.of_others(user)}"
        )

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalog says about every target."""

    targets: tuple[Target, ...]
    sequences: Mapping[str, tuple[str, ...]]
    policy_functions: tuple[str, ...]


def know(connection: Connection, grounds: Grounds, catalog: Catalog) -> Known:
    """Every owned table that is there, and every partition and child of one that the role may address."""
    owned = [table.name for table in grounds.owned]
    ask = _Ask(connection, catalog.role)
    tables = [(table, RelationKind.TABLE, table) for table in grounds.owned]
    for row in ask(catalog_sql.CHILDREN, owned):
        parent = grounds.table(row["parent"])
        child = None if parent is None else _child(parent, row["schema"], row["name"])
        if parent is None or child is None or child.name in owned:
            continue
        kind = RelationKind.PARTITION if row["is_partition"] else RelationKind.CHILD
        tables.append((child, kind, parent))
    names = [table.name for table, *_ in tables]
    security = catalog.tables(names)
    columns = ask.columns(names)
    triggers = ask.triggers(names)
    rewritten = {row["table_name"] for row in ask(catalog_sql.RULES, names)}
    sequences: dict[str, tuple[str, ...]] = {}
    for row in ask(catalog_sql.SEQUENCES, names):
        sequences[row["table_name"]] = (*sequences.get(row["table_name"], ()), row["sequence"])
    targets = tuple(
        Target(
            table,
            kind,
            parent,
            security[table.name],
            columns.get(table.name, ()),
            _owner_type(grounds, table),
            triggers.get(table.name, ()),
            table.name in rewritten,
        )
        for table, kind, parent in {each[0].name: each for each in tables}.values()
        if table.name in security
    )
    functions = tuple(row["name"] for row in ask(catalog_sql.POLICY_FUNCTIONS, names))
    return Known(targets, sequences, functions)


def _child(parent: OwnedTable, schema: str, name: str) -> OwnedTable:
    shape: TableShape = replace(parent.shape, schema=schema, table=name)
    return replace(parent, shape=shape)


def _owner_type(grounds: Grounds, table: OwnedTable) -> str:
    end = table.path.end
    shape = grounds.shapes[end]
    column = shape.column(table.path.column)
    return column.type if column is not None else "text"


@dataclass(frozen=True, slots=True)
class _Ask:
    connection: Connection
    role: str

    def __call__(self, question: str, names: Sequence[str]) -> list[dict[str, Any]]:
        binds = {"names": list(names), "role": self.role}
        return [dict(row) for row in self.connection.execute(text(question), binds).mappings()]

    def columns(self, names: Sequence[str]) -> dict[str, tuple[Column, ...]]:
        found: dict[str, tuple[Column, ...]] = {}
        for row in self(catalog_sql.COLUMNS, names):
            told = dict(row)
            name = str(told.pop("table_name"))
            found[name] = (*found.get(name, ()), Column(**told))
        return found

    def triggers(self, names: Sequence[str]) -> dict[str, tuple[Trigger, ...]]:
        found: dict[str, tuple[Trigger, ...]] = {}
        for row in self(catalog_sql.TRIGGERS, names):
            told = dict(row)
            name = str(told.pop("table_name"))
            found[name] = (*found.get(name, ()), Trigger(**told))
        return found
