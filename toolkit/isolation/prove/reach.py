"""What one user reaches in one table, by doing: everything is read, changed and deleted, and taken back.

The statements have no condition, so that only the policies decide. The observer counts before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text

from toolkit.isolation.attempt import Outcome, Stage
from toolkit.isolation.catalog import Catalog, Column
from toolkit.isolation.grounds import OwnedTable, sql_name
from toolkit.isolation.verdict import Verb

_SHOWN: Final = 3
_BEYOND: Final = 100
"""So many rows more than the own ones are looked at."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What was reached by one verb. `others` says whether any row of another owner was."""

    others: bool
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The rows of the table, the user's among them, and what tells the user's from any others."""

    all: int
    own: int
    digest: str
    """Changes when the set of the user's rows does."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One user on the way through the tables."""

    stage: Stage
    catalog: Catalog
    user: str
    superuser: bool
    """Whether the observer may put foreign keys and triggers to sleep, which would answer before policies."""

    def own_rows(self, table: OwnedTable) -> OwnRows:
        """As the observer counts them."""
        (row,) = self.stage.observe(
            f"SELECT count(*) AS every, count(*) FILTER (WHERE {table.owner} = :user) AS own,"
            f" md5(coalesce(string_agg({table.key}, ',' ORDER BY {table.key})"
            f" FILTER (WHERE {table.owner} = :user), '')) AS digest FROM {table.source}",
            user=self.user,
        )
        return OwnRows(row["every"], row["own"], row["digest"])

    def reaches(self, table: OwnedTable, own: OwnRows) -> dict[Verb, Reach]:
        """By every verb that can be tried without inventing a row."""
        found = {Verb.READ: self._read(table, own)}
        update = self._update(table)
        if update is not None:
            found[Verb.UPDATE] = self._write(table, *update)
        found[Verb.DELETE] = self._write(table, f"DELETE FROM {table.sql} AS t0", {})
        return found

    def _read(self, table: OwnedTable, own: OwnRows) -> Reach:
        outcome = self.stage.attempt(
            self.user,
            f"SELECT {table.key} AS key FROM {table.sql} AS t0 ORDER BY 1 LIMIT {own.own + _BEYOND}",
        )
        seen = [row["key"] for row in outcome.value]
        foreign = self.stage.observe(
            f"SELECT {table.key} AS key FROM {table.source}"
            f" WHERE {table.owner} IS DISTINCT FROM :user AND {table.key} = ANY (:seen) ORDER BY 1",
            user=self.user,
            seen=seen,
        )
        evidence: dict[str, Any] = {"did": outcome.words if outcome.rows is None else f"{len(seen)} rows"}
        if foreign:
            evidence["keys of others"] = [row["key"] for row in foreign[:_SHOWN]]
        return Reach(bool(foreign), evidence)

    def _write(self, table: OwnedTable, statement: str, binds: Mapping[str, object]) -> Reach:
        outcome = self.stage.attempt(
            self.user, statement, binds, prepare=self._put_keys_to_sleep, fingerprint=self._others(table)
        )
        return Reach(outcome.changed, {"did": _words(outcome)})

    def _update(self, table: OwnedTable) -> tuple[str, dict[str, object]] | None:
        """Sets a column to a value that some row has; None if there is no column or no row for it."""
        column = _free_column(table, self.catalog.columns(table.quoted))
        if column is None:
            return None
        name = sql_name(column.name)
        found = self.stage.observe(
            f"SELECT t0.{name}::text AS v FROM {table.sql} AS t0 ORDER BY {table.key} LIMIT 1"
        )
        if not found:
            return None
        return f"UPDATE {table.sql} AS t0 SET {name} = CAST(:v AS {column.type})", {"v": found[0]["v"]}

    def _others(self, table: OwnedTable) -> Callable[[], object]:
        """The places of the rows that are not the user's; every write moves one."""
        question = (
            "SELECT count(*) AS rows,"
            " sum(pg_catalog.hashtextextended(t0.tableoid::text || ' ' || t0.ctid::text, 0))"
            f" AS places FROM {table.source} WHERE {table.owner} IS DISTINCT FROM :user"
        )
        return lambda: self.stage.observe(question, user=self.user)

    def _put_keys_to_sleep(self) -> None:
        if self.superuser:
            self.stage.connection.execute(
                text("SELECT set_config('session_replication_role', 'replica', true)")
            )


def _words(outcome: Outcome) -> str:
    if outcome.rows is None or outcome.refused:
        return outcome.words
    return f"{outcome.rows} rows"


def _free_column(table: OwnedTable, columns: tuple[Column, ...]) -> Column | None:
    """A column that the user may set and that no key, reference or owner rests on."""
    shape = table.shape
    bound = {*shape.primary_key, *table.owner_columns}
    for names in (*shape.uniques, *(key.columns for key in shape.foreign_keys)):
        bound.update(names)
    free = (c for c in columns if c.can_update and not c.generated and not c.always and c.name not in bound)
    return next(free, None)
