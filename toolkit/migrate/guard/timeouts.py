"""Timeouts of a run's statements, by kind; set on the run's own connections and nowhere else.

What somebody has set already (a role's setting, a connection's options, the revision itself) stands, with one
exception: while a statement runs that must not be cancelled half-way, it has no timeout at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.engine import Connection

from toolkit.migrate.companion import Companion, Running
from toolkit.migrate.guard.kinds import Kind, kind_of
from toolkit.migrate.guard.leftovers import clear_leftover
from toolkit.migrate.guard.terms import Terms

_BEGIN: Final = """
SELECT set_config('lock_timeout', '{milliseconds}', false) WHERE current_setting('lock_timeout') = '0'
"""
# The server looks whether its client still lives, and stops working for a dead one.
_CHECK: Final = """
SELECT set_config(name, '2s', false) FROM pg_catalog.pg_settings
 WHERE name = 'client_connection_check_interval' AND setting = '0'
"""
_TIMEOUTS: Final = ("lock_timeout", "statement_timeout", "transaction_timeout")
_READ: Final = "SELECT " + ", ".join(f"current_setting('{name}', true)" for name in _TIMEOUTS)


class Timeouts(Companion):
    """Sets what each statement may wait."""

    def __init__(self, terms: Terms, tell: Callable[[str], None]) -> None:
        self._terms = terms
        self._tell = tell
        self._lifted: dict[int, tuple[str | None, ...]] = {}
        """By connection: what is put back when the statement is over."""

    def prepare(self, driver: Any) -> None:
        """A new connection of the run, outside any transaction."""
        with _cursor(driver) as cursor:
            if self._terms.lock_timeout:
                cursor.execute(_BEGIN.format(milliseconds=round(self._terms.lock_timeout * 1000)))
            cursor.execute(_CHECK)
        driver.commit()

    def statement_begins(self, running: Running) -> bool:
        """Lift what would cancel it half-way; clear what an interrupted build left in its place."""
        kind = kind_of(running.sql)
        if kind is Kind.STRONG:
            return True
        driver: Any = running.connection.connection.dbapi_connection
        if kind is Kind.CONCURRENT and running.autocommit:
            self._set(driver, tuple("0" for _ in _TIMEOUTS))
            clear_leftover(driver, running.sql, self._tell)
        elif kind is Kind.LIGHT and self._terms.lock_timeout:
            self._set(driver, (f"{round(self._terms.light_timeout * 1000)}ms", None, None))
        return True

    def statement_ended(self, running: Running, rows: int | None, *, returned: bool) -> None:
        """Put the timeouts back."""
        del rows, returned
        if self._lifted:
            self._put_back(running.connection)

    def statement_failed(self, running: Running, sqlstate: str | None) -> None:
        """Put the timeouts back, where the connection can still be spoken to."""
        lifted = self._lifted.get(_key(running.connection))
        if lifted is None:
            return
        if sqlstate is not None and running.autocommit:
            self._put_back(running.connection)
        # In a transaction the rollback puts them back.
        self._lifted.pop(_key(running.connection), None)

    def _set(self, driver: Any, values: tuple[str | None, ...]) -> None:
        with _cursor(driver) as cursor:
            cursor.execute(_READ)
            before = tuple(cursor.fetchone())
            if values[0] != "0" and not _is(before[0], self._terms.lock_timeout):
                return  # somebody else's choice
            self._lifted[id(driver)] = before
            _apply(cursor, values, before)

    def _put_back(self, connection: Connection) -> None:
        before = self._lifted.pop(_key(connection), None)
        if before is None:
            return
        with _cursor(connection.connection.dbapi_connection) as cursor:
            _apply(cursor, before, before)


class _cursor:  # noqa: N801 - used like `closing`
    """A cursor of any driver, closed at the end."""

    def __init__(self, driver: Any) -> None:
        self._cursor = driver.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, *raised: object) -> None:
        self._cursor.close()


def _apply(cursor: Any, values: tuple[str | None, ...], known: tuple[str | None, ...]) -> None:
    wanted = [
        f"set_config('{name}', '{value}', false)"
        for name, value, there in zip(_TIMEOUTS, values, known, strict=True)
        if value is not None and there is not None  # a server before 17 has no transaction_timeout
    ]
    cursor.execute(f"SELECT {', '.join(wanted)}")


def _is(setting: str | None, seconds: float) -> bool:
    """Whether a timeout as the server spells it is so many seconds."""
    milliseconds = round(seconds * 1000)
    whole = milliseconds % 1000 == 0
    return setting in (f"{milliseconds}ms", f"{milliseconds // 1000}s" if whole else None)


def _key(connection: Connection) -> int:
    return id(connection.connection.dbapi_connection)
