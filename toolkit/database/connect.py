"""Open a connection within the whole budget, or say why not.

Invariants: a permanent failure costs one try; what goes up is one of `connect_errors`, without the driver's
exception behind it, so that no traceback shows what the driver was given.
"""

from __future__ import annotations

import time
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from toolkit.cancel import CancelToken
from toolkit.database import connect_errors as ce
from toolkit.database import retry
from toolkit.database.failures import connect_failure
from toolkit.database.recognise import sign_of
from toolkit.database.signs import Phase
from toolkit.database.url import DatabaseUrl
from toolkit.events import Emit, unheard

_ABSENT: Final = (ce.ServerRefusedError,)


def connect(
    engine: Engine,
    url: DatabaseUrl,
    *,
    policy: retry.RetryPolicy | None = None,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Connection:
    """A connection of the engine, whose server is the one of the URL.

    Raises a `CannotConnectError`: at once if it is permanent, or if nothing listens on this very machine;
    otherwise when the budget is spent.
    """
    begun = time.monotonic()

    def open_once() -> Connection | ce.CannotConnectError:
        try:
            return engine.connect()
        except DBAPIError as error:
            if url.is_local and issubclass(sign_of(error, Phase.CONNECT).error, _ABSENT):
                return connect_failure(error, url)
            raise

    failure: ce.CannotConnectError
    try:
        opened = retry.run(open_once, phase=Phase.CONNECT, policy=policy, emit=emit, cancel=cancel)
    except DBAPIError as error:
        failure = connect_failure(error, url, waited=time.monotonic() - begun)
    except PoolTimeoutError:
        said = "all connections of this process's own pool are in use"
        failure = ce.TooManyConnectionsError(url.host, url.port, url.database, url.username, said)
    else:
        if isinstance(opened, Connection):
            return opened
        failure = opened
    raise failure
