"""From a database failure to the error a person reads.

Invariant: what is raised here holds facts, never the password, even where a server repeats what it was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2.extensions
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import connect_errors as ce
from toolkit.database import errors as de
from toolkit.database.recognise import server_said, sign_of
from toolkit.database.signs import Phase, RetryClass
from toolkit.database.url import DatabaseUrl
from toolkit.errors import NeonkitError
from toolkit.secret import MASK


def connect_failure(error: BaseException, url: DatabaseUrl, *, waited: float = 0.0) -> ce.CannotConnectError:
    """Why the server could not be reached, `waited` seconds after the first try."""
    kind = sign_of(error, Phase.CONNECT).error
    failure = kind(
        host=url.host, port=url.port, database=url.database, user=url.username, server_said=_clean(error, url)
    )
    if isinstance(failure, ce.ConnectTimedOutError):
        failure.waited = waited
    if isinstance(failure, ce.CertificateRejectedError):
        failure.problem = failure.server_said
    if isinstance(failure, ce.EndpointMissingError):
        failure.libpq = psycopg2.extensions.libpq_version()
    return failure


def work_failure(
    error: BaseException, url: DatabaseUrl, phase: Phase = Phase.WORK, *, attempts: int = 1
) -> NeonkitError | None:
    """The circumstance behind a failed statement; None where the failure is about the statement itself."""
    said = _clean(error, url)
    match sign_of(error, phase).retry_class:
        case RetryClass.C | RetryClass.D:
            return ce.ConnectionLostError(
                host=url.host,
                port=url.port,
                database=url.database,
                user=url.username,
                server_said=said,
                committing=phase is Phase.COMMIT,
            )
        case RetryClass.E:
            return de.ConflictError(attempts, said)
        case RetryClass.F:
            return de.LockWaitTimedOutError()
        case RetryClass.G:
            return de.StatementTimedOutError(said)
        case RetryClass.H:
            return de.ReadOnlyDatabaseError(_why_read_only(url))
        case RetryClass.I:
            return de.PoolerMisuseError(url.host, url.is_pooled, said)
        case RetryClass.J:
            return de.CapacityError(said)
        case _:
            return None


@contextmanager
def explained(
    url: DatabaseUrl,
    cancel: CancelToken | None = None,
    *,
    phase: Callable[[], Phase] = lambda: Phase.WORK,
    attempts: int = 1,
) -> Iterator[None]:
    """Raise circumstances as our errors, with the driver's as cause; let ordinary errors pass as they are.

    A statement that was cancelled because the token was set is the token's error, not a timeout.
    """
    try:
        yield
    except (DBAPIError, psycopg2.Error) as error:
        kind = sign_of(error, phase()).retry_class
        if cancel is not None and kind in {RetryClass.G, RetryClass.D}:
            cancel.raise_if_cancelled()
        failure = work_failure(error, url, phase(), attempts=attempts)
        if failure is None:
            raise
        raise failure from error


def _why_read_only(url: DatabaseUrl) -> str:
    if url.is_pooled:
        return (
            "the session is read-only: left so by another client of the pooler, or the endpoint is a replica"
        )
    return "the session is read-only: opened so by its settings, by a default of the role, or on a replica"


def _clean(error: BaseException, url: DatabaseUrl) -> str:
    said = server_said(error)
    if url.password:
        said = said.replace(url.password.reveal(), MASK)
    return said
