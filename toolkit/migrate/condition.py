"""What a run may leave half done, and the schema's fingerprint: read from outside, before and after.

The fingerprint is the hash of the catalog snapshot, so it is the same for equal schemas on servers of one
major version. It is None where it could not be read in time: a run is never held up, or failed, for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from toolkit.errors import NeonkitError

_INVALID = text("""
SELECT index.indexrelid::regclass::text
  FROM pg_catalog.pg_index AS index JOIN pg_catalog.pg_class AS class ON class.oid = index.indexrelid
 WHERE NOT index.indisvalid AND class.relkind = 'i'
""")

_UNVALIDATED = text("""
SELECT format('%I of %s', conname,
              CASE WHEN conrelid <> 0 THEN conrelid::regclass::text ELSE contypid::regtype::text END)
  FROM pg_catalog.pg_constraint WHERE NOT convalidated
""")

# A file may hold locks before its revisions begin; the look from outside does not queue behind them.
_IMPATIENT = text("SET LOCAL lock_timeout = '1s'")

_COMMENTS = r"(?:\s+|--[^\n]*\n|/\*.*?\*/)*"
_SCHEMA_CHANGE = re.compile(
    rf"{_COMMENTS}(?:CREATE|ALTER|DROP)\b"
    r"(?!\s+(?:LOCAL|TEMP|TEMPORARY|ROLE|USER|GROUP|DATABASE|SYSTEM|TABLESPACE|SUBSCRIPTION)\b)",
    re.IGNORECASE | re.DOTALL,
)
_INDEX_BUILD = re.compile(
    rf"{_COMMENTS}(?:CREATE\s+(?:UNIQUE\s+)?INDEX|REINDEX)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One database at one moment."""

    invalid_indexes: frozenset[str]
    unvalidated: frozenset[str]
    """Constraints that were not checked against the rows that were there before them."""
    fingerprint: str | None


def read_condition(connection: Connection) -> Condition:
    """The condition of the connection's database. Ends the connection's transaction where reading fails."""
    invalid = read_invalid(connection)
    unvalidated = frozenset(connection.execute(_UNVALIDATED).scalars())
    return Condition(invalid, unvalidated, _fingerprint(connection))


def _fingerprint(connection: Connection) -> str | None:
    from toolkit.schema import read_snapshot

    try:
        connection.execute(_IMPATIENT)
        return read_snapshot(connection).hash
    except (DBAPIError, NeonkitError):
        connection.rollback()
        return None


def read_invalid(connection: Connection) -> frozenset[str]:
    """The indexes whose build did not finish."""
    return frozenset(connection.execute(_INVALID).scalars())


def left_behind(before: Condition, after: Condition) -> tuple[str, ...]:
    """A sentence for each thing that is half done now and was not before."""
    indexes = sorted(after.invalid_indexes - before.invalid_indexes)
    constraints = sorted(after.unvalidated - before.unvalidated)
    return (
        *(f"The index {one} is invalid: its build did not finish, and no query uses it." for one in indexes),
        *(
            f"The constraint {one} is not validated: the rows that were there were not checked."
            for one in constraints
        ),
    )


def broken_promises(invalid: Iterable[str], statements: Iterable[str]) -> tuple[str, ...]:
    """The invalid indexes that one of the statements said to build.

    `CREATE INDEX CONCURRENTLY IF NOT EXISTS` passes over the invalid leftover of an earlier build in silence.
    """
    builds = [sql for sql in statements if _INDEX_BUILD.match(sql)]
    return tuple(sorted(one for one in invalid if any(_names(sql, one) for sql in builds)))


def schema_changes(statements: Iterable[str]) -> int:
    """How many of the statements say that they change the schema."""
    return sum(_SCHEMA_CHANGE.match(sql) is not None for sql in statements)


def _names(sql: str, index: str) -> bool:
    name = index.rpartition(".")[2].strip('"').replace('""', '"')
    return re.search(rf'(?<!\w)"?{re.escape(name)}"?(?!\w)', sql, re.IGNORECASE) is not None
