"""What each statement costs: from the measured lock matrix, and by its form where values are lost.

Tables that are there before are taken to be large, those that the alteration makes to be empty. Where the
matrix says that a rewrite depends on more than is known, the worse is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from toolkit.schema.ddl.alter.knowing import SnapshotKnowledge
from toolkit.schema.ddl.alter.lossy import may_lose_values
from toolkit.schema.ddl.alter.remaking import Remaking
from toolkit.schema.ddl.alter.sides import Sides
from toolkit.schema.ddl.alter.step import SEVERITY, Hazard, Step
from toolkit.schema.objects import RELATION_KINDS, Column, Index, Key, Kind, Qualified, Table
from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.locks.modes import Blocked
from toolkit.sql.locks.verdict import Answer, PartVerdict, verdict
from toolkit.sql.quoting import quote_identifier

_Verdict = tuple[Hazard, str]

_LOSING: Final = (
    (r"DROP TABLE\b", "the table's rows are gone"),
    (r"DROP MATERIALIZED VIEW\b", "its rows are gone"),
    (r"REFRESH .* WITH NO DATA\Z", "its rows are gone until it is filled again"),
    (r"DROP SEQUENCE\b|ALTER TABLE .* DROP IDENTITY\b", "the sequence's value is gone"),
    (r"DROP EXTENSION\b", "what the extension kept is gone"),
    (r"DROP (SERVER|USER MAPPING|SUBSCRIPTION)\b", "options that can hold secrets are gone"),
    (r"ALTER TABLE .* DROP COLUMN\b", "the column's values are gone"),
    (r"ALTER TYPE .* DROP ATTRIBUTE\b", "the attribute's values are gone"),
)
_RELATION_IN_PATH: Final = frozenset(
    {Kind.COLUMN, Kind.CONSTRAINT, Kind.TRIGGER, Kind.RULE, Kind.POLICY, *RELATION_KINDS}
)
_NOT_NULL: Final = re.compile(
    r"ALTER TABLE .* (SET NOT NULL|ADD (CONSTRAINT .* )?NOT NULL [^ ].*)\Z", re.DOTALL
)


class Judge:
    """Makes steps of statements."""

    def __init__(self, sides: Sides, remaking: Remaking) -> None:
        self._sides = sides
        self._remaking = remaking
        self._known = SnapshotKnowledge(sides.old.snapshot, sides.new.snapshot)
        self._major = sides.old.major

    def step(self, key: Key, sql: str) -> Step:
        """The statement with its hazard and where that comes from."""
        found = sorted(self._verdicts(key, sql), key=lambda verdict: -SEVERITY[verdict[0]])
        secrets = "put the secrets in: they are not part of a snapshot" if sql.startswith("-- ") else ""
        reasons = dict.fromkeys([*(reason for _, reason in found), self._remaking.why.get(key, ""), secrets])
        return Step(key, sql, found[0][0], "; ".join(filter(None, reasons)), key in self._remaking.commits)

    def _verdicts(self, key: Key, sql: str) -> Iterator[_Verdict]:
        yield Hazard.SAFE, ""
        yield from self._lost(key, sql)
        if self._is_empty(key, sql):
            return
        try:
            parts = verdict(sql, self._major, self._known).parts
        except SqlSyntaxError:
            # An expression of a server newer than the grammar: nothing is known of its cost.
            yield Hazard.REWRITING, "its cost is not known"
            return
        if _NOT_NULL.match(sql) and not sql.endswith("NOT VALID"):
            yield Hazard.BLOCKING, "all rows are read under a lock, and it fails where one holds a null"
            return
        for part in parts:
            yield from self._of_type_change(key, part) if " TYPE " in sql else _cost(part)

    def _lost(self, key: Key, sql: str) -> Iterator[_Verdict]:
        before, after = self._sides.before.get(key), self._sides.after.get(key)
        for pattern, reason in _LOSING:
            if re.match(pattern, sql, re.DOTALL):
                again = key in self._remaking.keys
                if again and key.kind in (Kind.MATERIALIZED_VIEW, Kind.INDEX):
                    yield Hazard.BLOCKING, "nobody can read it until it is filled again"
                elif isinstance(before, Column) and before.generated is not None:
                    yield Hazard.SAFE, ""
                else:
                    yield Hazard.LOSING_DATA, reason
        if not (isinstance(before, Column) and isinstance(after, Column) and " TYPE " in sql):
            return
        if may_lose_values(before.type, after.type):
            yield Hazard.LOSING_DATA, f"values of {before.type} are cut or rounded to {after.type}"

    def _of_type_change(self, key: Key, part: PartVerdict) -> Iterator[_Verdict]:
        """Indexes are built and constraints are checked again if they are on the column."""
        found = list(_cost(part))
        yield from (verdict for verdict in found if verdict[0] is not Hazard.BLOCKING)
        column = self._sides.before.get(key)
        if not isinstance(column, Column):
            yield from found
            return
        parts, name = self._sides.old.snapshot.parts(column.relation), quote_identifier(column.name)
        if any(name in (one.expression or "") for one in parts.constraints):
            yield Hazard.BLOCKING, "a check is made again and all rows are read under a lock"
        texts = (
            (key.column == column.name, key.expression or "") for one in parts.indexes for key in one.keys
        )
        computed = any(name in (one.predicate or "") for one in parts.indexes)
        if computed or any(name in text or (is_key and found) for is_key, text in texts):
            yield Hazard.BLOCKING, "an index is built under a lock"

    def _is_empty(self, key: Key, sql: str) -> bool:
        """Whether the statement is about a relation that the alteration itself makes."""
        relation = self._relation_of(key)
        if relation is None or not any(self._is_made(Key(kind, tuple(relation))) for kind in RELATION_KINDS):
            return False
        if " ATTACH PARTITION " in sql.split("\n", 1)[0]:
            return not self._has_default_partition(relation)
        return not (sql.startswith("REFRESH ") and relation in self._remade)

    def _is_made(self, key: Key) -> bool:
        return key in self._sides.after and (key not in self._sides.before or key in self._remaking.keys)

    @property
    def _remade(self) -> set[Qualified]:
        keys = (key for key in self._remaking.keys if key.kind in RELATION_KINDS)
        return {Qualified(key.path[0], key.path[1]) for key in keys}

    def _relation_of(self, key: Key) -> Qualified | None:
        if key.kind in _RELATION_IN_PATH:
            return Qualified(key.path[0], key.path[1])
        thing = self._sides.after.get(key) or self._sides.before.get(key)
        return thing.relation if isinstance(thing, Index) else None

    def _has_default_partition(self, partition: Qualified) -> bool:
        found = self._sides.new.table(partition)
        parent = found.partition_of if found else None
        return any(
            other.partition_of == parent and other.partition_bound == "DEFAULT"
            for other in self._sides.old.snapshot.of(Table)
        )


def _cost(part: PartVerdict) -> Iterator[_Verdict]:
    happens = (Answer.YES, Answer.DEPENDS)
    may = "may be" if part.rewrites is Answer.DEPENDS else "are"
    if part.rewrites in happens:
        yield Hazard.REWRITING, f"all rows {may} written anew under a lock"
    waits = any(Blocked.WRITES in lock.mode.blocks for lock in part.locks)
    if waits and part.builds_index in happens:
        yield Hazard.BLOCKING, "an index is built under a lock"
    elif waits and part.scans in happens:
        yield Hazard.BLOCKING, "all rows are read under a lock"
