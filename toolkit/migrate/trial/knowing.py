"""What a run's own session knows of the catalog, asked only when a statement's kind depends on it."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.trial.looking import Ask
from toolkit.sql.classify import ConstraintKind, RelationName, Volatility

_TYPE: Final = """
SELECT pg_catalog.format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute
 WHERE attrelid = pg_catalog.to_regclass(CAST(:relation AS text)) AND attname = CAST(:column AS name)
   AND NOT attisdropped
"""
_PROVEN: Final = """
SELECT a.attnotnull AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_constraint AS k
          WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
            AND NOT k.convalidated)
    OR EXISTS (
         SELECT FROM pg_catalog.pg_constraint AS k
          WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND k.convalidated
            AND pg_catalog.pg_get_expr(k.conbin, k.conrelid)
                = pg_catalog.format('(%I IS NOT NULL)', a.attname))
  FROM pg_catalog.pg_attribute AS a
 WHERE a.attrelid = pg_catalog.to_regclass(CAST(:relation AS text)) AND a.attname = CAST(:column AS name)
"""
_CONSTRAINT: Final = """
SELECT contype::text FROM pg_catalog.pg_constraint
 WHERE conrelid = pg_catalog.to_regclass(CAST(:relation AS text)) AND conname = CAST(:name AS name)
"""
_VOLATILITY: Final = """
SELECT max(CASE provolatile WHEN 'i' THEN 0 WHEN 's' THEN 1 ELSE 2 END)
  FROM pg_catalog.pg_proc WHERE proname = CAST(:name AS name)
"""
_DOMAIN: Final = """
SELECT typtype = 'd' AND (typnotnull OR EXISTS (
         SELECT FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid))
  FROM pg_catalog.pg_type AS t WHERE t.oid = pg_catalog.to_regtype(CAST(:name AS text))
"""
_KINDS: Final = {
    "c": ConstraintKind.CHECK,
    "f": ConstraintKind.FOREIGN_KEY,
    "u": ConstraintKind.UNIQUE,
    "p": ConstraintKind.PRIMARY_KEY,
    "x": ConstraintKind.EXCLUSION,
    "n": ConstraintKind.NOT_NULL,
}
_UTC: Final = frozenset({"utc", "etc/utc", "universal", "zulu", "gmt", "etc/gmt"})


class SessionKnowledge:
    """`Knowledge` of the session that runs the statement, at that moment."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def column_type(self, relation: RelationName, column: str) -> str | None:
        """See `Knowledge`."""
        found = self._one(_TYPE, relation=str(relation), column=column)
        return None if found is None else str(found)

    def is_proven_not_null(self, relation: RelationName, column: str) -> bool | None:
        """See `Knowledge`."""
        found = self._one(_PROVEN, relation=str(relation), column=column)
        return None if found is None else bool(found)

    def constraint_kind(self, relation: RelationName, constraint: str) -> ConstraintKind | None:
        """See `Knowledge`."""
        return _KINDS.get(str(self._one(_CONSTRAINT, relation=str(relation), name=constraint)))

    def volatility(self, function: str) -> Volatility | None:
        """See `Knowledge`."""
        found = self._one(_VOLATILITY, name=function.rpartition(".")[2])
        return None if found is None else tuple(Volatility)[int(str(found))]

    def is_constrained_domain(self, type_name: str) -> bool | None:
        """See `Knowledge`."""
        found = self._one(_DOMAIN, name=type_name)
        return None if found is None else bool(found)

    def is_utc(self) -> bool | None:
        """See `Knowledge`."""
        return str(self._one("SELECT pg_catalog.current_setting('TimeZone')")).lower() in _UTC

    def _one(self, query: str, **values: str) -> object:
        rows = self._ask(query, **values)
        return rows[0][0] if rows else None
