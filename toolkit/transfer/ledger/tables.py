"""The ledger's tables, and whether they are there, are ours and may be written.

They stand in a schema of their own, which carries a comment as its mark: a schema of the same name that
somebody else made is never touched.
"""

from __future__ import annotations

from typing import Final

import psycopg2
from psycopg2 import errors

from toolkit.transfer.ledger.errors import LedgerRefusedError
from toolkit.transfer.target.wire import Wire

SCHEMA: Final = "neonkit_import"
MARK: Final = "neonkit: ledger of imports, version 1"

TOUCHED: Final = f"""
CREATE TABLE IF NOT EXISTS {SCHEMA}.touched (
    run uuid NOT NULL,
    target text NOT NULL,
    key text[] NOT NULL,
    action text NOT NULL,
    before jsonb,
    after bigint,
    fate text,
    reason text,
    PRIMARY KEY (run, target, key)
);
COMMENT ON TABLE {SCHEMA}.touched IS 'what undoing an import needs: its rows, and what they were before';
"""
"""No foreign key to `run`: checking it for each of many rows takes longer than writing them."""

DDL: Final = f"""
CREATE SCHEMA {SCHEMA};
COMMENT ON SCHEMA {SCHEMA} IS '{MARK}';
CREATE TABLE {SCHEMA}.run (
    id uuid PRIMARY KEY,
    source text NOT NULL,
    fingerprint text NOT NULL,
    mapping text NOT NULL,
    target text NOT NULL,
    mode text NOT NULL,
    batch_rows bigint,
    status text NOT NULL,
    began timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended timestamptz,
    role text NOT NULL DEFAULT session_user,
    facts jsonb NOT NULL DEFAULT '{{}}',
    claim text UNIQUE
);
COMMENT ON COLUMN {SCHEMA}.run.claim IS 'keeps two first imports of one file from both being finished';
CREATE INDEX run_by_fingerprint ON {SCHEMA}.run (fingerprint, began);
CREATE TABLE {SCHEMA}.lease (
    fingerprint text PRIMARY KEY,
    run uuid,
    holder uuid,
    host text,
    process integer,
    until timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE TABLE {SCHEMA}.batch (
    run uuid NOT NULL REFERENCES {SCHEMA}.run ON DELETE CASCADE,
    "table" text NOT NULL,
    number integer NOT NULL,
    first bigint,
    last bigint,
    byte_start bigint,
    byte_end bigint,
    counts jsonb NOT NULL,
    checksum numeric,
    rejects jsonb NOT NULL DEFAULT '[]',
    skipped jsonb NOT NULL DEFAULT '[]',
    written timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run, "table", number)
);
CREATE TABLE {SCHEMA}.key (
    run uuid NOT NULL REFERENCES {SCHEMA}.run ON DELETE CASCADE,
    "table" text NOT NULL,
    legacy text NOT NULL,
    new text NOT NULL,
    PRIMARY KEY (run, "table", legacy)
);
{TOUCHED}"""
"""What an owner may run once for a role that may not make schemas; the role then needs USAGE on the schema
and SELECT, INSERT and UPDATE on its tables."""

_FOUND: Final = f"""
SELECT obj_description(space.oid, 'pg_namespace'), has_schema_privilege(space.oid, 'USAGE'),
       EXISTS (SELECT FROM pg_catalog.pg_class WHERE relnamespace = space.oid AND relname = 'key')
  FROM pg_catalog.pg_namespace AS space WHERE space.nspname = '{SCHEMA}'
"""  # noqa: S608 - fixed names

_TOUCHED_THERE: Final = f"SELECT to_regclass('{SCHEMA}.touched') IS NOT NULL"

_ALREADY = (errors.DuplicateSchema, errors.DuplicateTable, errors.UniqueViolation)


def is_there(wire: Wire) -> bool:
    """Whether the ledger stands, is ours and may be read. Raises LedgerRefusedError if it is not ours."""
    found = wire.rows(_FOUND)
    if not found:
        return False
    mark, usable, whole = found[0]
    if not usable:
        raise LedgerRefusedError(f"permission denied for schema {SCHEMA}")
    if mark != MARK or not whole:
        raise LedgerRefusedError(f"the schema {SCHEMA} is not one that this neonkit made")
    return True


def provide(wire: Wire) -> None:
    """Have the tables; the caller commits. Raises LedgerRefusedError."""
    if not is_there(wire):
        _make(wire, DDL)


def keeps_touched(wire: Wire) -> bool:
    """Whether the table of touched rows stands, which the first ledgers did not have."""
    return bool(wire.rows(_TOUCHED_THERE)[0][0])


def provide_touched(wire: Wire) -> None:
    """Have the table of touched rows, too; the caller commits. Raises LedgerRefusedError."""
    provide(wire)
    if not keeps_touched(wire):
        _make(wire, TOUCHED)


def _make(wire: Wire, ddl: str) -> None:
    try:
        with wire.savepoint():
            wire.run(ddl)
    except _ALREADY:
        return  # another import was faster; it has committed, or we would still wait for it
    except psycopg2.Error as error:
        if error.pgcode not in ("42501", "25006"):
            raise
        raise LedgerRefusedError((error.diag.message_primary or str(error)).rstrip(".")) from error
