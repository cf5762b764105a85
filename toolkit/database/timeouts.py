"""Timeouts of one transaction.

Set with SET LOCAL semantics: they end with the transaction, so they cannot leak through a pooler, and they
are not startup options, which a pooler refuses.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

_TRANSACTION_TIMEOUT_SINCE: Final = 170000


def set_local_timeouts(
    connection: Connection,
    *,
    lock: float | None = None,
    statement: float | None = None,
    transaction: float | None = None,
) -> None:
    """Set the named timeouts, in seconds, until the end of the current transaction; 0 means none.

    `transaction` needs PostgreSQL 17 and is left out before that: it ends the whole connection, so it is for
    reading only.
    """
    wanted = {"lock_timeout": lock, "statement_timeout": statement}
    if _server_version(connection) >= _TRANSACTION_TIMEOUT_SINCE:
        wanted["transaction_timeout"] = transaction
    for name, seconds in wanted.items():
        if seconds is not None:
            connection.execute(
                text("SELECT set_config(:name, :value, true)"),
                {"name": name, "value": f"{round(seconds * 1000)}ms"},
            )


def _server_version(connection: Connection) -> int:
    major, minor = (*(connection.dialect.server_version_info or (0,)), 0)[:2]
    return int(major) * 10000 + int(minor)
