"""A guard at the pool: nobody starts with the identity of the user before.

The pool only rolls back what comes home, so a committed `SET` or `SET ROLE` stays on the connection. The
guard costs one round trip per checkout. Invariant: a connection that is not neutral is closed, never handed
out.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from toolkit.database.errors import LeftoverIdentityError
from toolkit.database.identity import DEFAULT_SETTING

_STATE: Final = "SELECT current_setting(%s, true), current_setting('role'), session_user"


def assert_neutral(connection: Connection, *, setting: str = DEFAULT_SETTING) -> None:
    """Raise LeftoverIdentityError, and close the connection, if it carries an identity or a role already.

    For a connection fresh from the pool. The question is not left behind as an open transaction.
    """
    driver = connection.connection.dbapi_connection
    assert driver is not None, "a checked-out connection has its driver's connection"
    try:
        _refuse_leftovers(driver, setting)
    except LeftoverIdentityError:
        connection.invalidate()
        raise


def guard_checkouts(engine: Engine, *, setting: str = DEFAULT_SETTING) -> None:
    """Check every connection the engine's pool gives out."""

    @event.listens_for(engine, "checkout")
    def check(driver: DBAPIConnection, record: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
        del proxy
        try:
            _refuse_leftovers(driver, setting)
        except LeftoverIdentityError as error:
            record.invalidate(error)
            raise


def _refuse_leftovers(driver: Any, setting: str) -> None:
    cursor = driver.cursor()
    try:
        cursor.execute(_STATE, (setting,))
        identity, role, login = cursor.fetchone()
    finally:
        cursor.close()
        driver.rollback()
    if identity:
        raise LeftoverIdentityError(setting, str(identity))
    if role != "none":
        raise LeftoverIdentityError("role", str(role))
    if login != driver.info.user:
        raise LeftoverIdentityError("session authorization", str(login))
