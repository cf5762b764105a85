"""Random applications to be judged: who owns what over which way, random policies, rows of three users.

Every row tells its owner: ids are `owner * 1000 + n`. A row whose parent is somebody else's belongs to the
owner of the parent, where the parent is the way to the owner.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from fixtures.isolation import IDENTITY as ME
from isolation.random_clauses import clause
from isolation.random_tables import USERS, Table, created

from toolkit.models.ownership import OwnershipRules

VERBS = ("select", "insert", "update", "delete")
_CLAUSES = {
    "select": "USING ({0})",
    "insert": "WITH CHECK ({0})",
    "update": "USING ({0}) WITH CHECK ({1})",
    "delete": "USING ({0})",
}
SETUP = (
    "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL)",
    "INSERT INTO users SELECT n, 'u' || n || ' mail' FROM generate_series(1, 3) AS n",
    "CREATE TABLE kinds (id int PRIMARY KEY, name text)",
    "INSERT INTO kinds VALUES (1, 'one'), (2, 'two')",
    "GRANT SELECT ON users, kinds TO {app}",
    f"CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE RETURN {ME}",
)


@dataclass
class Application:
    """Random tables with random policies."""

    tables: list[Table]
    source: random.Random

    @property
    def rules(self) -> OwnershipRules:
        return OwnershipRules(
            owner_root="users",
            owner_columns=("user_id",),
            overrides={table.name: table.way for table in self.tables},
            shared={"kinds": "a list of words"},
        )

    def statements(self) -> Iterator[str]:
        """All of it; `{app}` stands for the role."""
        yield from SETUP
        for table in self.tables:
            yield from created(table)
            for owner in USERS:
                for number in (1, 2):
                    into = f"{table.name}_more" if table.form == "inherited" and number == 2 else ""
                    yield table.insert(table.row(owner, number), into)
            if table.nullable and self.source.random() < 0.5:
                yield table.insert({**table.row(3, 9), "user_id": "NULL"})
        for table in self.tables:
            yield from self._protected(table)
        if self.source.random() < 0.1:
            crossed = [t for t in self.tables if t.ends and not t.guarded]
            for table in crossed[:1]:
                yield f"UPDATE {table.name} SET end0_id = 2001 WHERE id = 1001"

    def _clause(self, table: Table) -> str:
        return clause(self.source, table, self.tables)

    def _protected(self, table: Table) -> Iterator[str]:
        chance, source = self.source.random, self.source
        for name in table.relations:
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {{app}}"
        if chance() < 0.97:
            yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        if chance() < 0.2:
            yield f"CREATE POLICY every ON {table.name} TO {{app}} USING ({self._clause(table)})"
        else:
            for verb in VERBS:
                if chance() < 0.95:
                    filled = _CLAUSES[verb].format(self._clause(table), self._clause(table))
                    yield f"CREATE POLICY {verb}s ON {table.name} FOR {verb} TO {{app}} {filled}"
        if chance() < 0.25:
            kind = source.choice(("PERMISSIVE", "RESTRICTIVE"))
            verb = source.choice(("SELECT", "UPDATE", "DELETE", "ALL"))
            yield f"CREATE POLICY more ON {table.name} AS {kind} FOR {verb} USING ({self._clause(table)})"


def application(source: random.Random) -> Application:
    """The next random application."""
    tables: list[Table] = []
    for number in range(source.randint(3, 5)):
        tables.append(_table(source, f"t{number}", tables))
    return Application(tables, source)


def _table(source: random.Random, name: str, there: list[Table]) -> Table:
    chance = source.random
    parents = [each for each in there if each.form != "inherited"]
    if parents and chance() < 0.45:
        table = Table(name, parent=source.choice(parents))
    else:
        table = Table(name, second_owner=chance() < 0.3, self_reference=chance() < 0.2)
        table.nullable = chance() < 0.15
        direct = [each for each in parents if each.parent is None and not each.nullable]
        table.guarded = not table.nullable and bool(direct) and chance() < 0.5
        ends = direct if table.guarded else parents
        table.ends = tuple(source.sample(ends, min(len(ends), source.choice((0, 0, 1, 2)))))
        if not table.self_reference and not table.ends:
            table.form = source.choice(("plain", "plain", "partitioned", "inherited"))
    table.shared_reference = chance() < 0.3
    extra = {"partitioned": (f"{name}_1",), "inherited": (f"{name}_more",)}.get(table.form, ())
    table.relations = (name, *(extra if chance() < 0.15 else ()))
    return table
