"""What the DDL of one object needs to know of the others: a snapshot with its look-ups."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Collection
from functools import cached_property

from toolkit.schema.ddl.fixpoint import runnable
from toolkit.schema.ddl.references import CODE, References
from toolkit.schema.objects import (
    Column,
    Constraint,
    ForeignTable,
    Index,
    Key,
    Kind,
    OwnedBy,
    Qualified,
    Sequence,
    Table,
)
from toolkit.schema.snapshot import OWN, Snapshot


class Source:
    """A snapshot as DDL is made from it."""

    def __init__(self, snapshot: Snapshot) -> None:
        objects = {key: runnable(thing) for key, thing in snapshot.objects.items()}
        snapshot = dataclasses.replace(snapshot, objects=objects)
        self.snapshot = snapshot
        self.major = snapshot.server.major
        self.references = References(thing for thing in snapshot.in_order if thing.origin in OWN)

    def mentions_code(self, *texts: str | None) -> bool:
        """Whether the texts call functions or operators of users, which may themselves need the relation."""
        return any(key.kind in CODE for key in self.references.of(*texts))

    def table(self, name: Qualified) -> Table | ForeignTable | None:
        """The table or foreign table of this name."""
        found = self.snapshot.relation(name)
        return found if isinstance(found, Table | ForeignTable) else None

    def relation_key(self, name: Qualified) -> Key:
        """The key of a relation; of a table where there is none."""
        found = self.snapshot.relation(name)
        return Key(Kind.TABLE, tuple(name)) if found is None else found.key

    def column(self, relation: Qualified, name: str) -> Column | None:
        """A column by name."""
        found = self.snapshot.objects.get(Key(Kind.COLUMN, (*relation, name)))
        return found if isinstance(found, Column) else None

    def identity_sequence(self, column: Column) -> Sequence | None:
        """The sequence that feeds an identity column."""
        return self._identities.get(OwnedBy(column.schema, column.table, column.name))

    def constraint_index(self, constraint: Constraint) -> Index | None:
        """The index that serves a key."""
        indexes = self.snapshot.parts(constraint.relation).indexes
        return next((index for index in indexes if index.constraint == constraint.name), None)

    def children(self, relation: Qualified) -> Collection[Qualified]:
        """Tables that inherit from this one, partitions included."""
        return self._children.get(relation, ())

    def is_only_name(self, schema: str, name: str) -> bool:
        """Whether at most one constraint of the schema has this name."""
        return self._constraint_names[schema, name] <= 1

    def unique_keys(self, relation: Qualified) -> list[Key]:
        """What a foreign key to the relation can stand on."""
        parts = self.snapshot.parts(relation)
        keys = [found.key for found in parts.constraints if found.type in ("primary key", "unique")]
        return keys + [index.key for index in parts.indexes if index.unique]

    @cached_property
    def _identities(self) -> dict[OwnedBy, Sequence]:
        return {
            found.owned_by: found for found in self.snapshot.of(Sequence) if found.identity and found.owned_by
        }

    @cached_property
    def _children(self) -> dict[Qualified, list[Qualified]]:
        found: dict[Qualified, list[Qualified]] = {}
        tables: list[Table | ForeignTable] = [*self.snapshot.of(Table), *self.snapshot.of(ForeignTable)]
        for table in tables:
            for parent in (*table.inherits, *((table.partition_of,) if table.partition_of else ())):
                found.setdefault(parent, []).append(table.qualified)
        return found

    @cached_property
    def _constraint_names(self) -> Counter[tuple[str, str]]:
        found = Counter((thing.schema, thing.name) for thing in self.snapshot.of(Constraint))
        found.update(
            (column.schema, column.not_null.name)
            for column in self.snapshot.of(Column)
            if column.not_null and column.not_null.name
        )
        return found
