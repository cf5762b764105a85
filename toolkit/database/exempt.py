"""A guard at the pool: nobody works as a role that policies do not bind.

Row security does nothing against a superuser, a role with BYPASSRLS, or the owner of a table that is not
forced; the application runs and every user sees everything. On Neon the role of a new project is such a one.
Asked once per connection of the pool, as the role that the work will run as.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from toolkit.database.errors import ExemptSessionError
from toolkit.database.identity import DEFAULT_SETTING
from toolkit.database.neutral import guard_checkouts

_ROLE: Final = """
SELECT r.rolname::text, r.rolsuper, r.rolbypassrls, ARRAY(
    SELECT c.oid::regclass::text
    FROM pg_catalog.pg_class AS c
    WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND NOT c.relforcerowsecurity
      AND pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE')
    ORDER BY 1 LIMIT 3)
FROM pg_catalog.pg_roles AS r WHERE r.rolname = coalesce(CAST(%s AS name), current_user)
"""
_CHECKED: Final = "neonkit.policies_bind"


def assert_policies_bind(connection: Connection, *, role: str | None = None) -> None:
    """Raise ExemptSessionError if policies do not bind the role: the connection's, or the one it will take.

    For a connection fresh from the pool. The question is not left behind as an open transaction.
    """
    driver = connection.connection.dbapi_connection
    assert driver is not None, "a checked-out connection has its driver's connection"
    _refuse_exempt(driver, role)


def guard_isolation(engine: Engine, *, role: str | None = None, setting: str = DEFAULT_SETTING) -> None:
    """Refuse, at checkout, exempt roles and what an earlier user left on the connection.

    `role` is the one that `user_session` takes; without it the role of the connection is meant. What is
    refused is closed: ExemptSessionError, LeftoverIdentityError. A role that becomes exempt is noticed on the
    connections that are opened from then on.
    """
    guard_checkouts(engine, setting=setting)

    @event.listens_for(engine, "checkout")
    def check(driver: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
        del proxy
        if record.info.get(_CHECKED) == (role,):
            return
        try:
            _refuse_exempt(driver, role)
        except ExemptSessionError as error:
            record.invalidate(error)
            raise
        record.info[_CHECKED] = (role,)


def _refuse_exempt(driver: Any, role: str | None) -> None:
    cursor = driver.cursor()
    try:
        cursor.execute(_ROLE, (role,))
        found = cursor.fetchone()
    finally:
        cursor.close()
        driver.rollback()
    if found is None:
        raise ExemptSessionError(str(role), "does not exist")
    name, is_superuser, bypasses, unforced = found
    if is_superuser:
        raise ExemptSessionError(name, "is a superuser")
    if bypasses:
        raise ExemptSessionError(name, "has BYPASSRLS")
    if unforced:
        raise ExemptSessionError(name, f"owns {', '.join(unforced)}, where row security is not forced")
