"""What takes a fix back: for each statement that fixes are made of, the one that leads where it came from.

What a statement replaced is read from the snapshot that the advice is about. A privilege that was taken away
is never given back, and a statement whose form is not known is taken back by nobody: the answer is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from toolkit.schema.ddl.constraints import constraint_clause
from toolkit.schema.ddl.indexes import create_index
from toolkit.schema.ddl.source import Source
from toolkit.schema.objects import (
    Column,
    Constraint,
    Enum,
    Index,
    Key,
    Kind,
    Policy,
    Qualified,
    Sequence,
    Table,
)
from toolkit.schema.snapshot import Snapshot
from toolkit.sql.quoting import quote_identifier, quote_literal

_N: Final = r'(?:"(?:[^"]|"")+"|[^\W\d][\w$]*)'
_Q: Final = rf"({_N})\.({_N})"
_ALTER_TABLE: Final = re.compile(rf"ALTER TABLE {_Q} (.+)", re.DOTALL)

Undone = tuple[str, ...] | None
"""The statements that take one back, in order; () where there is nothing to take back; None if not known."""


class Undoing:
    """Takes the statements of fixes back, for one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @cached_property
    def _source(self) -> Source:
        return Source(self._snapshot)

    def of(self, statements: Iterable[str]) -> Undone:
        """What takes these back, the last one first; None if that is not known of one of them."""
        found: list[str] = []
        for sql in reversed([*statements]):
            undone = self._of_one(sql)
            if undone is None:
                return None
            found += undone
        return tuple(found)

    def _of_one(self, sql: str) -> Undone:
        for pattern, undo in self._statements:
            if (found := re.fullmatch(pattern, sql, re.DOTALL)) is not None:
                return undo(found)
        if (altered := _ALTER_TABLE.fullmatch(sql)) is None:
            return None
        schema, name, action = altered.groups()
        back = self._of_action(Qualified(_bare(schema), _bare(name)), action)
        if not back:
            return None if back is None else ()
        return (f"ALTER TABLE {schema}.{name} {back}",)

    def _of_action(self, table: Qualified, action: str) -> str | None:
        """The action of ALTER TABLE that takes one back; empty where there is nothing to take back."""
        for pattern, back in _PLAIN_ACTIONS.items():
            if (found := re.fullmatch(pattern, action, re.DOTALL)) is not None:
                return found.expand(back)
        for known, undo in self._actions:
            if (found := re.fullmatch(known, action, re.DOTALL)) is not None:
                return undo(table, found)
        return None

    @cached_property
    def _actions(self) -> tuple[tuple[str, Callable[[Qualified, re.Match[str]], str | None]], ...]:
        return (
            (rf"DROP CONSTRAINT ({_N}), ADD CONSTRAINT ({_N}) .+", self._exchanged_constraint),
            (rf"DROP CONSTRAINT ({_N})", self._dropped_constraint),
            (rf"ALTER COLUMN ({_N}) TYPE .+", self._retyped),
            (rf"ALTER COLUMN ({_N}) (?:SET DEFAULT .+|DROP DEFAULT)", self._default),
            (r"OWNER TO .+", self._owner),
        )

    @cached_property
    def _statements(self) -> tuple[tuple[str, Callable[[re.Match[str]], Undone]], ...]:
        return (
            (r"(?:VACUUM|ANALYZE|REINDEX|REFRESH|CREATE SCHEMA) .+", lambda _: ()),
            (rf"CREATE (?:UNIQUE )?INDEX (CONCURRENTLY )?({_N}) ON ({_N})\..+", _created_index),
            (rf"DROP INDEX (CONCURRENTLY )?(?:IF EXISTS )?{_Q}", self._dropped_index),
            (rf"DROP TYPE {_Q}", self._dropped_enum),
            (rf"CREATE TABLE ({_N}\.{_N}) PARTITION OF .+", lambda made: (f"DROP TABLE {made[1]}",)),
            (
                r"ALTER VIEW (.+) SET \((\w+) = true\)",
                lambda view: (f"ALTER VIEW {view[1]} RESET ({view[2]})",),
            ),
            (
                r"ALTER (FUNCTION|PROCEDURE) (.+) SET search_path = .+",
                lambda code: (f"ALTER {code[1]} {code[2]} RESET search_path",),
            ),
            (rf"ALTER POLICY ({_N}) ON {_Q} .+", self._policy),
            (rf"ALTER TRIGGER ({_N}) ON (.+) RENAME TO (.+)", _renamed_trigger),
            (rf"ALTER ([A-Z ]+) {_Q} RENAME TO (.+)", _renamed),
            (r"ALTER EVENT TRIGGER (.+) ENABLE", lambda one: (f"ALTER EVENT TRIGGER {one[1]} DISABLE",)),
            (
                r"ALTER EXTENSION (.+) SET SCHEMA .+",
                lambda one: (f"ALTER EXTENSION {one[1]} SET SCHEMA public",),
            ),
            (rf"ALTER SEQUENCE {_Q} OWNED BY NONE", self._owned_sequence),
            (rf"ALTER SEQUENCE {_Q} AS .+", self._sequence),
            (rf"DROP SEQUENCE {_Q}", self._dropped_sequence),
            (rf"SELECT setval\(.+\) FROM {_Q}", self._number_kept),  # noqa: S608 - a pattern
            (r"SELECT setval\('.+", lambda _: ()),
        )

    def _thing(self, kind: Kind, *path: str) -> object:
        return self._source.snapshot.objects.get(Key(kind, path))

    def _constraint(self, table: Qualified, name: str) -> str | None:
        found = self._thing(Kind.CONSTRAINT, *table, _bare(name))
        return constraint_clause(found, self._source) if isinstance(found, Constraint) else None

    def _dropped_constraint(self, table: Qualified, found: re.Match[str]) -> str | None:
        clause = self._constraint(table, found[1])
        return None if clause is None else f"ADD {clause}"

    def _exchanged_constraint(self, table: Qualified, found: re.Match[str]) -> str | None:
        clause = self._constraint(table, found[1])
        return None if clause is None else f"DROP CONSTRAINT {found[2]}, ADD {clause}"

    def _retyped(self, table: Qualified, found: re.Match[str]) -> str | None:
        """Without USING where the server converts by itself: it refuses what would be cut."""
        column = self._thing(Kind.COLUMN, *table, _bare(found[1]))
        if not isinstance(column, Column):
            return None
        using = ""
        if column.type.startswith("timestamp") and column.type.endswith("without time zone"):
            using = f" USING {found[1]} AT TIME ZONE 'UTC'"
        elif column.type.startswith("reg"):
            using = f" USING {found[1]}::{column.type}"
        return f"ALTER COLUMN {found[1]} TYPE {column.type}{using}"

    def _default(self, table: Qualified, found: re.Match[str]) -> str | None:
        column = self._thing(Kind.COLUMN, *table, _bare(found[1]))
        if not isinstance(column, Column):
            return None
        back = "DROP DEFAULT" if column.default is None else f"SET DEFAULT {column.default}"
        return f"ALTER COLUMN {found[1]} {back}"

    def _owner(self, table: Qualified, _found: re.Match[str]) -> str | None:
        found = self._snapshot.relation(table)
        return f"OWNER TO {quote_identifier(found.owner)}" if isinstance(found, Table) else None

    def _dropped_index(self, found: re.Match[str]) -> Undone:
        index = self._thing(Kind.INDEX, _bare(found[2]), _bare(found[3]))
        if not isinstance(index, Index):
            return None
        if not index.valid:
            return ()
        return (create_index(index, self._source, concurrently=bool(found[1])),)

    def _dropped_enum(self, found: re.Match[str]) -> Undone:
        enum = self._thing(Kind.ENUM, _bare(found[1]), _bare(found[2]))
        if not isinstance(enum, Enum):
            return None
        return (f"CREATE TYPE {found[1]}.{found[2]} AS ENUM ({', '.join(map(quote_literal, enum.labels))})",)

    def _policy(self, found: re.Match[str]) -> Undone:
        policy = self._thing(Kind.POLICY, _bare(found[2]), _bare(found[3]), _bare(found[1]))
        if not isinstance(policy, Policy):
            return None
        using = f" USING ({policy.using})" if policy.using is not None else ""
        check = f" WITH CHECK ({policy.with_check})" if policy.with_check is not None else ""
        if not check and " WITH CHECK (" in found[0]:
            return None  # ALTER POLICY cannot take an expression away
        return (f"ALTER POLICY {found[1]} ON {found[2]}.{found[3]}{using}{check}",)

    def _found_sequence(self, found: re.Match[str]) -> Sequence | None:
        sequence = self._thing(Kind.SEQUENCE, _bare(found[1]), _bare(found[2]))
        return sequence if isinstance(sequence, Sequence) else None

    def _sequence(self, found: re.Match[str]) -> Undone:
        sequence = self._found_sequence(found)
        if sequence is None:
            return None
        limits = f"MINVALUE {sequence.minimum} MAXVALUE {sequence.maximum}"
        return (f"ALTER SEQUENCE {found[1]}.{found[2]} AS {sequence.type} {limits}",)

    def _owned_sequence(self, found: re.Match[str]) -> Undone:
        sequence = self._found_sequence(found)
        if sequence is None or sequence.owned_by is None:
            return None
        column = ".".join(map(quote_identifier, sequence.owned_by))
        return (f"ALTER SEQUENCE {found[1]}.{found[2]} OWNED BY {column}",)

    def _dropped_sequence(self, found: re.Match[str]) -> Undone:
        sequence = self._found_sequence(found)
        if sequence is None:
            return None
        words = f"AS {sequence.type} INCREMENT {sequence.increment} CACHE {sequence.cache}"
        limits = f"MINVALUE {sequence.minimum} MAXVALUE {sequence.maximum} START {sequence.start}"
        cycle = " CYCLE" if sequence.cycle else ""
        return (f"CREATE SEQUENCE {found[1]}.{found[2]} {words} {limits}{cycle}",)

    def _number_kept(self, found: re.Match[str]) -> Undone:
        """The sequence goes on behind the largest number, and the column is no identity any more."""
        sequence = self._found_sequence(found)
        if sequence is None or sequence.owned_by is None:
            return None
        name = quote_literal(f"{found[1]}.{found[2]}")
        schema, table, column = map(quote_identifier, sequence.owned_by)
        largest = f"(SELECT max({column}) FROM {schema}.{table})"  # noqa: S608 - quoted names
        return (f"SELECT setval({name}, coalesce({largest} + 1, {sequence.start}), false)",)


_PLAIN_ACTIONS: Final = {
    r"VALIDATE CONSTRAINT .+": "",
    rf"ADD COLUMN ({_N}) .+": r"DROP COLUMN \1",
    rf"ADD CONSTRAINT ({_N}) .+": r"DROP CONSTRAINT \1",
    rf"ALTER COLUMN ({_N}) SET NOT NULL": r"ALTER COLUMN \1 DROP NOT NULL",
    rf"ALTER COLUMN ({_N}) ADD GENERATED .+": r"ALTER COLUMN \1 DROP IDENTITY",
    r"SET LOGGED": "SET UNLOGGED",
    r"RESET \(([\w.]*autovacuum_enabled)\)": r"SET (\1 = false)",
    r"ENABLE ROW LEVEL SECURITY": "DISABLE ROW LEVEL SECURITY",
    r"FORCE ROW LEVEL SECURITY": "NO FORCE ROW LEVEL SECURITY",
    r"ENABLE TRIGGER (.+)": r"DISABLE TRIGGER \1",
    rf"RENAME (COLUMN|CONSTRAINT) ({_N}) TO ({_N})": r"RENAME \1 \3 TO \2",
}


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _created_index(found: re.Match[str]) -> Undone:
    return (f"DROP INDEX {found[1] or ''}{found[3]}.{found[2]}",)


def _renamed(found: re.Match[str]) -> Undone:
    return (f"ALTER {found[1]} {found[2]}.{found[4]} RENAME TO {found[3]}",)


def _renamed_trigger(found: re.Match[str]) -> Undone:
    return (f"ALTER TRIGGER {found[3]} ON {found[2]} RENAME TO {found[1]}",)
