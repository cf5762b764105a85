"""The journal's tables, and whether they are there, are ours and may be written.

They stand in a schema of their own, which carries a comment as its mark: a schema of the same name that
somebody else made is never touched. The name is not `neonkit`, because a role of that name has `"$user"`
in its search path: its tables would then be made in neonkit's schema.
"""

from __future__ import annotations

from typing import Final

import psycopg2
from psycopg2 import errors
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, whatever its spelling

SCHEMA: Final = "neonkit_journal"
MARK: Final = "neonkit: journal of migrations, version 1"

DDL: Final = f"""
CREATE SCHEMA {SCHEMA};
COMMENT ON SCHEMA {SCHEMA} IS '{MARK}';
CREATE TABLE {SCHEMA}.run (
    id uuid PRIMARY KEY,
    began timestamptz NOT NULL,
    ended timestamptz,
    direction text NOT NULL,
    target text NOT NULL,
    plan text,
    role text NOT NULL DEFAULT session_user,
    address inet DEFAULT inet_client_addr(),
    os_user text,
    host text,
    process integer,
    version text,
    heads_after text[],
    outcome text NOT NULL,
    code text,
    sentence text,
    restore_point text
);
CREATE TABLE {SCHEMA}.revision (
    run uuid NOT NULL REFERENCES {SCHEMA}.run ON DELETE CASCADE,
    number integer NOT NULL,
    revision text NOT NULL,
    direction text NOT NULL,
    message text NOT NULL,
    path text,
    checksum text,
    version_table text NOT NULL,
    began timestamptz NOT NULL,
    ended timestamptz,
    outcome text NOT NULL,
    PRIMARY KEY (run, number)
);
CREATE INDEX revision_by_id ON {SCHEMA}.revision (revision, began);
CREATE TABLE {SCHEMA}.statement (
    run uuid NOT NULL REFERENCES {SCHEMA}.run ON DELETE CASCADE,
    revision integer NOT NULL,
    number integer NOT NULL,
    sql text NOT NULL,
    digest text NOT NULL,
    bound text NOT NULL,
    began timestamptz NOT NULL,
    ended timestamptz,
    rows bigint,
    waited double precision,
    sqlstate text,
    autocommit boolean NOT NULL,
    returned boolean NOT NULL,
    transaction bigint,
    outcome text NOT NULL,
    PRIMARY KEY (run, revision, number)
);
"""
"""What an owner may run once for a role that may not make schemas; the role then needs USAGE on the schema
and SELECT, INSERT and UPDATE on the tables."""

_FOUND: Final = f"""
SELECT obj_description(space.oid, 'pg_namespace'), to_regclass('{SCHEMA}.statement') IS NOT NULL
  FROM pg_catalog.pg_namespace AS space WHERE space.nspname = '{SCHEMA}'
"""  # noqa: S608 - fixed names

YOUNGER: Final = f"ALTER TABLE {SCHEMA}.run ADD COLUMN IF NOT EXISTS restore_point text"
"""What a journal of an older neonkit lacks; needed only to write it, and reading does without."""

_ALREADY = (errors.DuplicateSchema, errors.DuplicateTable, errors.UniqueViolation)


class NoJournalError(Exception):
    """The journal cannot be used; the text says why. Internal: a run goes on without."""


def is_there(connection: Connection) -> bool:
    """Whether the journal's tables stand and are ours. Raises NoJournalError for somebody else's schema."""
    with connection.cursor() as cursor:
        cursor.execute(_FOUND)
        row = cursor.fetchone()
    if row is None:
        return False
    if row[0] != MARK or not row[1]:
        raise NoJournalError(f"the schema {SCHEMA} is not one that this neonkit made")
    return True


def provide(connection: Connection) -> None:
    """Have the tables. `connection` commits each statement by itself. Raises NoJournalError."""
    try:
        if is_there(connection):
            return
        with connection.cursor() as cursor:
            cursor.execute(DDL)  # one string: one transaction
    except _ALREADY:  # another runner was faster
        return
    except psycopg2.Error as error:
        raise NoJournalError(said(error)) from error


def said(error: psycopg2.Error) -> str:
    """What the server said, on one line."""
    return (error.diag.message_primary or str(error)).strip().splitlines()[0]
