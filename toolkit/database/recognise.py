"""From an exception to what it means: the retry class, and the words of the server.

Looks through SQLAlchemy's wrapping and through our own errors to the driver's. Decides nothing about what to
do; that is `retry.py`.
"""

from __future__ import annotations

import re
from typing import Final

import psycopg2
from sqlalchemy.exc import DBAPIError

from toolkit.database.signs import CONNECT_SIGNS, LOST, WORK_SIGNS, Phase, RetryClass, Sign
from toolkit.errors import NeonkitError

_UNKNOWN: Final = Sign(RetryClass.B)
_ORDINARY: Final = Sign(RetryClass.ORDINARY)
_PREFIX: Final = re.compile(r"^connection to server (at|on socket) .*? failed: ")
_SEVERITY: Final = re.compile(r"^(FATAL|ERROR|PANIC): +")


def classify(error: BaseException, phase: Phase) -> RetryClass:
    """The retry class of a failure that came in this phase."""
    return sign_of(error, phase).retry_class


def sign_of(error: BaseException, phase: Phase) -> Sign:
    """The row of the table that recognises the failure. A connect failure nobody knows is permanent."""
    driver = driver_error(error)
    if driver is None:
        return _ORDINARY
    state, message = driver.pgcode, str(driver)
    if phase is Phase.CONNECT:
        return next((sign for sign in CONNECT_SIGNS if sign.fits(state, message)), _UNKNOWN)
    if _lost(error, driver):
        return Sign(RetryClass.C) if phase is Phase.CHECKOUT else LOST
    return next((sign for sign in WORK_SIGNS if sign.fits(state, message)), _ORDINARY)


def driver_error(error: BaseException | None) -> psycopg2.Error | None:
    """The psycopg2 error inside, or None if the failure is not the database's."""
    while error is not None:
        if isinstance(error, psycopg2.Error):
            return error
        if isinstance(error, DBAPIError):
            error = error.orig
        elif isinstance(error, NeonkitError):
            error = error.__cause__
        else:
            return None
    return None


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE, where psycopg2 has one."""
    driver = driver_error(error)
    return driver.pgcode if driver is not None else None


def server_said(error: BaseException) -> str:
    """What the server said, on one line, without addresses, severities and the trailing full stop."""
    driver = driver_error(error)
    if driver is None:
        return ""
    primary = driver.diag.message_primary if driver.pgcode else None
    lines = [line.strip() for line in (primary or str(driver)).splitlines() if line.strip()]
    if not lines:
        return ""
    return _SEVERITY.sub("", _PREFIX.sub("", lines[0])).rstrip(".")


def _lost(error: BaseException, driver: psycopg2.Error) -> bool:
    # SQLAlchemy looks at the message alone, and an ordinary error may quote data that reads like a lost
    # connection. An ordinary error always has a code of its own, so a code decides where there is one.
    if driver.pgcode is not None:
        return LOST.fits(driver.pgcode, "")
    wrapped = error.__cause__ if isinstance(error, NeonkitError) else error
    invalidated = isinstance(wrapped, DBAPIError) and wrapped.connection_invalidated
    return invalidated or LOST.fits(None, str(driver))
