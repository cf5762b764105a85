"""Reach a PostgreSQL server: addresses, TLS, engines, retries, sessions, locks.

Invariants of the room: it knows nothing of schemas, models or migrations; secrets do not leave it except
through methods named `reveal`; every failure to connect is one class with one remedy. The names below load
when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from toolkit.database.blockers import blocking_pids as blocking_pids
    from toolkit.database.cancelling import cancel_running as cancel_running
    from toolkit.database.database import Database as Database
    from toolkit.database.exempt import assert_policies_bind as assert_policies_bind
    from toolkit.database.exempt import guard_isolation as guard_isolation
    from toolkit.database.failures import explained as explained
    from toolkit.database.identity import bind_identity as bind_identity
    from toolkit.database.identity import set_identity as set_identity
    from toolkit.database.identity import user_session as user_session
    from toolkit.database.jobs import Job as Job
    from toolkit.database.jobs import PoolSettings as PoolSettings
    from toolkit.database.lock import HeldLock as HeldLock
    from toolkit.database.lock import migration_lock as migration_lock
    from toolkit.database.neutral import assert_neutral as assert_neutral
    from toolkit.database.neutral import guard_checkouts as guard_checkouts
    from toolkit.database.recognise import classify as classify
    from toolkit.database.recognise import sqlstate as sqlstate
    from toolkit.database.retry import Backoff as Backoff
    from toolkit.database.retry import RetryPolicy as RetryPolicy
    from toolkit.database.server_identity import ServerIdentity as ServerIdentity
    from toolkit.database.session import session_scope as session_scope
    from toolkit.database.signs import Phase as Phase
    from toolkit.database.signs import RetryClass as RetryClass
    from toolkit.database.timeouts import set_local_timeouts as set_local_timeouts
    from toolkit.database.tls import TlsPolicy as TlsPolicy
    from toolkit.database.transaction import run_transaction as run_transaction
    from toolkit.database.url import DatabaseUrl as DatabaseUrl
    from toolkit.database.urls import Urls as Urls

_HOMES: Final = {
    "Backoff": "retry",
    "Database": "database",
    "DatabaseUrl": "url",
    "HeldLock": "lock",
    "Job": "jobs",
    "Phase": "signs",
    "PoolSettings": "jobs",
    "RetryClass": "signs",
    "RetryPolicy": "retry",
    "ServerIdentity": "server_identity",
    "TlsPolicy": "tls",
    "Urls": "urls",
    "assert_neutral": "neutral",
    "assert_policies_bind": "exempt",
    "bind_identity": "identity",
    "blocking_pids": "blockers",
    "cancel_running": "cancelling",
    "classify": "recognise",
    "explained": "failures",
    "guard_checkouts": "neutral",
    "guard_isolation": "exempt",
    "migration_lock": "lock",
    "run_transaction": "transaction",
    "session_scope": "session",
    "set_identity": "identity",
    "set_local_timeouts": "timeouts",
    "sqlstate": "recognise",
    "user_session": "identity",
}

__all__ = [
    "Backoff",
    "Database",
    "DatabaseUrl",
    "HeldLock",
    "Job",
    "Phase",
    "PoolSettings",
    "RetryClass",
    "RetryPolicy",
    "ServerIdentity",
    "TlsPolicy",
    "Urls",
    "assert_neutral",
    "assert_policies_bind",
    "bind_identity",
    "blocking_pids",
    "cancel_running",
    "classify",
    "explained",
    "guard_checkouts",
    "guard_isolation",
    "migration_lock",
    "run_transaction",
    "session_scope",
    "set_identity",
    "set_local_timeouts",
    "sqlstate",
    "user_session",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
