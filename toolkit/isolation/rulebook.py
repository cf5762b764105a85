"""Which policies leave a verb open to more than a user's own rows, told from what they say.

An attempt tries some users, rows and values. A policy that binds every row to the acting user needs no more;
any other could treat the next user, row or value differently, and is called loose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from toolkit.isolation.attempt import Stage
from toolkit.isolation.binding import Reading, binds, impossible, legible
from toolkit.isolation.catalog import Policy, TableSecurity
from toolkit.isolation.expression import read_expression
from toolkit.isolation.grounds import Edge, Grounds, OwnedTable
from toolkit.isolation.policy_audit import COMMANDS
from toolkit.isolation.verdict import Subject, Verb
from toolkit.models.ownership import OwnerPath
from toolkit.models.ownership.paths import hop_along
from toolkit.models.shapes import TableShape
from toolkit.sql.quoting import quote_identifier

_USERS: Final = 1000
_EXACT: Final = ("smallint", "integer", "bigint", "uuid", "text", "character varying")
"""Types whose `=` holds for no two different users, unless a collation says otherwise."""


@dataclass(frozen=True, slots=True)
class Loose:
    """Names of policies that may let through more than the user's own."""

    rows: tuple[str, ...] = ()
    """Of rows that are stored."""
    values: tuple[str, ...] = ()
    """Of rows that a user makes up."""


@dataclass(slots=True)
class Rulebook:
    """The policies of all owned tables, read for one role and one identity setting."""

    stage: Stage
    grounds: Grounds
    subject: Subject
    security: Mapping[str, TableSecurity]
    policies: tuple[Policy, ...]
    odd_columns: frozenset[str] = frozenset()
    """Columns for which different texts may be equal, as `schema.table.column`."""
    try_functions: bool = True
    """Whether a function may be called to see whether it names the acting user."""
    told: frozenset[str] = frozenset()
    """Functions of which somebody says that they name the acting user, as `schema.name`."""
    _of_tables: dict[str, list[Policy]] = field(default_factory=dict)
    _trust: dict[str, bool] = field(default_factory=dict)
    _functions: dict[str, bool] = field(default_factory=dict)

    def loose(self, table: OwnedTable, verb: Verb) -> Loose:
        """The policies for a verb that do not bind it. References are asked for by `loose_along`."""
        if verb is Verb.REFERENCES:
            return Loose()
        rows = () if verb is Verb.INSERT else self._open(table, table.path, verb, checks=False)
        values = (
            self._open(table, table.path, verb, checks=True) if verb in (Verb.INSERT, Verb.UPDATE) else ()
        )
        return Loose() if (rows or values) and self._shut(table, verb) else Loose(rows, values)

    def loose_along(self, edge: Edge) -> tuple[str, ...]:
        """The policies that may let an own row point at a row of somebody else along one reference."""
        hop = hop_along(edge.child.shape, edge.foreign_key)
        path = OwnerPath(
            edge.child.name, (hop, *edge.parent.path.hops), edge.parent.path.column, column_nullable=True
        )
        # A row that holds NULL there refers to nobody, so that the clause may let it pass.
        child = replace(edge.child, shape=requiring(edge.child.shape, edge.foreign_key.columns))
        verbs = (Verb.INSERT, Verb.UPDATE)
        return tuple(
            dict.fromkeys(name for verb in verbs for name in self._open(child, path, verb, checks=True))
        )

    def _open(self, table: OwnedTable, path: OwnerPath, verb: Verb, *, checks: bool) -> tuple[str, ...]:
        """The permissive policies that, together with every restrictive one, do not bind."""
        return tuple(
            f"policy {policy.name}"
            for policy, clause in self._ways_in(table, verb, checks=checks)
            if clause is None or not self.condition_binds(clause, table, path)
        )

    def loose_locks(self, table: OwnedTable) -> tuple[str, ...]:
        """The policies for updating that may let rows of others be locked, whether they could be changed."""
        return self._open(table, table.path, Verb.UPDATE, checks=False)

    def _shut(self, table: OwnedTable, verb: Verb) -> bool:
        """Whether no row can ever be written, because none is let in or none is let out."""
        reading = self._reading(table, table.path)
        sides = {Verb.INSERT: (True,), Verb.UPDATE: (False, True)}.get(verb, (False,))
        return any(
            all(
                clause is not None and impossible(read_expression(clause, table.shape.table), reading)
                for _, clause in self._ways_in(table, verb, checks=checks)
            )
            for checks in sides
        )

    def legible(self, table: OwnedTable, verb: Verb) -> bool:
        """Whether what the policies for a verb let through depends on rows and the acting user alone.

        Then it is known what trying every row as every user has shown, even if it reached nothing.
        """
        return self._legible(table, verb, frozenset({table.name}))

    def _legible(self, table: OwnedTable, verb: Verb, seen: frozenset[str]) -> bool:
        def shown(name: str) -> bool:
            other, security = self.grounds.table(name), self.security.get(name)
            if other is None or security is None or name in seen:
                return False
            return not security.enabled or self._legible(other, Verb.READ, seen | {name})

        reading = self._reading(table, table.path)
        sides = (False, True) if verb in (Verb.INSERT, Verb.UPDATE) else (False,)
        clauses = [clause for checks in sides for _, clause in self._ways_in(table, verb, checks=checks)]
        return all(
            clause is None or legible(read_expression(clause, table.shape.table), reading, shown)
            for clause in clauses
        )

    def _ways_in(self, table: OwnedTable, verb: Verb, *, checks: bool) -> Iterator[tuple[Policy, str | None]]:
        """Each permissive policy, with its own condition and that of every restrictive one; None if none."""
        if not self._of_tables:
            for policy in self.policies:
                self._of_tables.setdefault(policy.table_name, []).append(policy)
        mine = [
            policy
            for policy in self._of_tables.get(table.name, ())
            if policy.applies and policy.command in ("*", COMMANDS[verb])
        ]
        floor = [_clause(policy, checks=checks) for policy in mine if not policy.permissive]
        for policy in mine:
            if policy.permissive:
                said = [clause for clause in (_clause(policy, checks=checks), *floor) if clause is not None]
                yield policy, " AND ".join(f"({clause})" for clause in said) or None

    def condition_binds(self, clause: str, table: OwnedTable, path: OwnerPath) -> bool:
        """Whether only rows of the acting user fulfil a condition on a table."""
        end = self.grounds.shapes[path.end].column(path.column)
        if end is None or not end.type.startswith(_EXACT):
            return False
        if f"{path.end}.{path.column}" in self.odd_columns:
            return False
        return binds(read_expression(clause, table.shape.table), self._reading(table, path))

    def _reading(self, table: OwnedTable, path: OwnerPath) -> Reading:
        setting = self.subject.identity_setting
        return Reading(setting, table.shape, path, self._shows_only_own, self._names_user)

    def _shows_only_own(self, name: str) -> bool:
        """Whether a table shows the role nothing but own rows, in subqueries too."""
        if name not in self._trust:
            self._trust[name] = False  # a policy that relies on itself relies on nothing
            table, security = self.grounds.table(name), self.security.get(name)
            guarded = security is not None and security.enabled and (security.forced or not security.owned)
            self._trust[name] = (
                table is not None
                and guarded
                and not self.subject.exempt
                and not self.loose(table, Verb.READ).rows
            )
        return self._trust[name]

    def _names_user(self, function: str) -> bool:
        """Whether it gives each of many users the own name; one that was folded into the plan does not."""
        if function in self.told:
            return True
        if not self.try_functions:
            return False
        if function not in self._functions:
            known = users(self.stage, self.grounds)
            call = ".".join(quote_identifier(part) for part in function.split("."))
            outcome = self.stage.attempt(
                "",
                "SELECT count(*) AS wrong FROM (SELECT k, set_config(:setting, k, true) AS s"
                " FROM unnest(CAST(:users AS text[])) AS k OFFSET 0"
                f" ) AS u WHERE s IS DISTINCT FROM {call}()::text",
                {"setting": self.stage.setting, "users": known},
            )
            self._functions[function] = bool(known and outcome.value) and outcome.value[0]["wrong"] == 0
        return self._functions[function]


def _clause(policy: Policy, *, checks: bool) -> str | None:
    """What a policy asks of a row that is there, or of one that is made."""
    return (policy.check_clause or policy.using_clause) if checks else policy.using_clause


def requiring(shape: TableShape, columns: Collection[str]) -> TableShape:
    """The table as rows see it that have a value in each of these columns."""
    return replace(
        shape, columns=tuple(replace(c, nullable=c.nullable and c.name not in columns) for c in shape.columns)
    )


def users(stage: Stage, grounds: Grounds) -> list[str]:
    """The keys of many users; of two at least, or none."""
    tables: Iterable[OwnedTable] = (grounds.root,) if grounds.root else grounds.owned
    for table in tables:
        found = stage.observe(
            f"SELECT DISTINCT {table.owner} AS owner FROM {table.source} WHERE {table.owner} IS NOT NULL"
            f" LIMIT {_USERS}"
        )
        if len(found) > 1:
            return [row["owner"] for row in found]
    return []
