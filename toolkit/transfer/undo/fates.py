"""What becomes of each touched row, decided and done by the server for whole tables at once.

A row that is not there any more is `gone`; one that somebody changed since, or that the server does not let
go of, is `kept`; one that other rows refer to is `blocked`. The others are `deleted` or `restored`. Rows that
the import did not touch are never changed, whatever the foreign keys would do to them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg2

from toolkit.sql.quoting import quote_literal
from toolkit.transfer.loading.refusal import require_about_rows
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.undo.images import TOUCHED, KeptTable, digest, image, match, quoted, texts
from toolkit.transfer.undo.referring import Referring

CHANGED: Final = "which was changed since"
MOVED: Final = "which the import did not find under its key, because a trigger gave it another one"
RESHAPED: Final = "whose table has lost a column since"
HELD: Final = "which a trigger, rule or policy of the table does not let go of"
OTHERWISE: Final = "a trigger gave it other values than it had before"
_OPEN: Final = "x.run = %s AND x.target = %s AND x.fate IS NULL"
_ONLY: Final = " AND x.key = %s::text[]"
_FATE: Final = f"UPDATE {TOUCHED} AS x SET fate = %s, reason = %s WHERE {_OPEN}"  # noqa: S608 - fixed names


@dataclass(frozen=True, slots=True)
class Fates:
    """The touched rows of one run, in the transaction on `wire`."""

    wire: Wire
    run: str
    tables: Sequence[KeptTable]
    """Those that still are there as they were, parents first."""
    types: Mapping[str, Mapping[str, str]]
    """The types of their columns now, by table."""

    def settle(self, table: KeptTable) -> None:
        """Lock the rows of a table; find those that are gone and those that were changed since."""
        on = self._match(table)
        self._do(
            f"SELECT count(*) FROM (SELECT FROM {table.sql} AS t JOIN {TOUCHED} AS x ON {on} "  # noqa: S608 - names are quoted
            f"WHERE {_OPEN} FOR UPDATE OF t) AS locked",
            table,
        )
        there = f"SELECT FROM {table.sql} AS t WHERE {on}"
        self._mark(table, "gone", "", f"x.after IS NOT NULL AND NOT EXISTS ({there})")
        self._mark(table, "kept", MOVED, "x.after IS NULL")
        differs = f"{digest(table.columns, 't')} IS DISTINCT FROM x.after"
        self._mark(table, "kept", CHANGED, f"EXISTS ({there} AND {differs})")

    def give_up(self, label: str, fate: str, reason: str) -> None:
        """Give all rows of a table one fate."""
        self.wire.run(_FATE, [fate, reason, self.run, label])

    def restore(self, table: KeptTable, *, last: bool = False) -> None:
        """Give changed rows their values of before; `last`: keep those of which the server wants nothing."""
        columns = self._differing(table)
        if not columns:
            self._mark(table, "restored", "", "x.action = 'updated'")
            return
        try:
            with self.wire.savepoint():
                self._restore(table, columns)
        except psycopg2.Error as error:
            require_about_rows(error)
            if last:
                self._one_by_one(table, columns)

    def block(self, referring: Sequence[Referring]) -> None:
        """Find the rows that others refer to; whatever those refer to is blocked by them in turn."""
        while sum(self._blocked_by(one) for one in referring):
            pass

    def delete(self) -> int:
        """Delete all rows that nothing is against, in one statement, so that circles of references fall."""
        parts, parameters = [], []
        for number, table in enumerate(reversed(self.tables)):
            parts.append(
                f"d{number} AS (DELETE FROM {table.sql} AS t USING {TOUCHED} AS x "  # noqa: S608 - names are quoted
                f"WHERE {_OPEN} AND x.action = 'inserted' AND {self._match(table)} RETURNING 1)"
            )
            parameters += [self.run, table.label]
        if not parts:
            return 0
        counts = " + ".join(f"(SELECT count(*) FROM d{number})" for number in range(len(parts)))  # noqa: S608 - numbers
        (deleted,) = self.wire.rows(f"WITH {', '.join(parts)} SELECT {counts}", parameters)[0]
        for table in self.tables:
            there = f"SELECT FROM {table.sql} AS t WHERE {self._match(table)}"
            self._mark(table, "deleted", "", f"x.action = 'inserted' AND NOT EXISTS ({there})")
            self._mark(table, "kept", HELD, "x.action = 'inserted'")
        return int(deleted)

    def unblock(self) -> None:
        """Look anew at the rows that others refer to: these may have been restored."""
        sql = f"UPDATE {TOUCHED} SET fate = NULL, reason = NULL WHERE run = %s AND fate = 'blocked'"  # noqa: S608 - fixed names
        self.wire.run(sql, [self.run])

    def _match(self, table: KeptTable) -> str:
        return match(table, self.types[table.label])

    def _do(self, sql: str, table: KeptTable) -> list[tuple[Any, ...]]:
        return self.wire.rows(sql, [self.run, table.label])

    def _mark(
        self, table: KeptTable, fate: str, reason: str, condition: str, key: Sequence[str] | None = None
    ) -> None:
        """Give the rows of a table that are still open, and of which the condition holds, a fate."""
        given = [fate, reason, self.run, table.label, *_only(key)]
        self.wire.run(f"{_FATE}{_ONLY if key else ''} AND {condition}", given)

    def _differing(self, table: KeptTable) -> list[str]:
        """The columns in which a changed row differs from what it was; no other one is written."""
        columns = [name for name in table.columns if name not in table.key]
        compared = ", ".join(
            f"bool_or(t.{quoted(name)}::text IS DISTINCT FROM x.before ->> {_literal(name)})"
            for name in columns
        )
        if not compared:
            return []
        sql = (
            f"SELECT {compared} FROM {table.sql} AS t JOIN {TOUCHED} AS x ON {self._match(table)} "  # noqa: S608 - names are quoted
            f"WHERE {_OPEN} AND x.action = 'updated'"
        )
        return [name for name, differs in zip(columns, self._do(sql, table)[0], strict=True) if differs]

    def _restore(self, table: KeptTable, columns: Sequence[str], key: Sequence[str] | None = None) -> None:
        values = ", ".join(
            f"{quoted(name)} = (x.before ->> {_literal(name)})::{self.types[table.label][name]}"
            for name in columns
        )
        found = f"{_OPEN}{_ONLY if key else ''} AND x.action = 'updated' AND {self._match(table)}"
        sql = f"UPDATE {table.sql} AS t SET {values} FROM {TOUCHED} AS x WHERE {found}"  # noqa: S608 - names are quoted
        self.wire.run(sql, [self.run, table.label, *_only(key)])
        there = f"SELECT FROM {table.sql} AS t WHERE {self._match(table)}"
        equal = f"EXISTS ({there} AND {image(table.columns, 't')} = x.before)"
        moved = f"EXISTS ({there} AND {digest(table.columns, 't')} IS DISTINCT FROM x.after)"
        for fate, reason, condition in (
            ("restored", "", equal),
            ("restored", OTHERWISE, moved),
            ("kept", HELD, "true"),
        ):
            self._mark(table, fate, reason, f"x.action = 'updated' AND {condition}", key)

    def _one_by_one(self, table: KeptTable, columns: Sequence[str]) -> None:
        sql = f"SELECT x.key FROM {TOUCHED} AS x WHERE {_OPEN} AND x.action = 'updated' ORDER BY x.key"  # noqa: S608 - fixed names
        for (key,) in self._do(sql, table):
            try:
                with self.wire.savepoint():
                    self._restore(table, columns, key)
            except psycopg2.Error as error:
                require_about_rows(error)
                said = (error.diag.message_primary or "it gave no reason").rstrip(".")
                self._mark(table, "kept", f"which the server does not change back: {said}", "true", key)

    def _blocked_by(self, one: Referring) -> int:
        """Block the rows of a table that rows of another one refer to which stay; returns how many."""
        parent = next(table for table in self.tables if table.label == one.parent)
        child = next((table for table in self.tables if table.label == one.child), None)
        on = " AND ".join(
            f"c.{quoted(name)} = t.{quoted(referred)}"
            for name, referred in zip(one.columns, one.referred, strict=True)
        )
        falls, more = "", []
        if child is not None and child.key:
            falls = (
                f" AND NOT EXISTS (SELECT FROM {TOUCHED} AS y WHERE y.run = x.run AND y.target = %s "
                f"AND y.action = 'inserted' AND y.fate IS NULL AND y.key = {texts(child.key, 'c')})"
            )
            more = [one.child]
        sql = (
            f"UPDATE {TOUCHED} AS x SET fate = 'blocked', reason = %s FROM {parent.sql} AS t "  # noqa: S608 - names are quoted
            f"WHERE {_OPEN} AND x.action = 'inserted' AND {self._match(parent)} "
            f"AND EXISTS (SELECT FROM {one.sql} AS c WHERE {on}{falls})"
        )
        reason = f"which a row of {one.child} refers to"
        return self.wire.run(sql, [reason, self.run, parent.label, *more])


def _only(key: Sequence[str] | None) -> list[list[str]]:
    return [list(key)] if key else []


def _literal(name: str) -> str:
    return quote_literal(name).replace("%", "%%")
