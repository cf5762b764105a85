"""Engines: one recipe, filled in by the policy of a job.

Invariants: an engine's URL holds no password (the driver gets it when it connects); nothing is sent at
start-up that a transaction pooler refuses; read-only is kept by the server, per transaction and, on direct
hosts, per session.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool, QueuePool

from toolkit.database.driver import open_connection
from toolkit.database.jobs import JobPolicy
from toolkit.database.url import DatabaseUrl


def make_engine(
    url: DatabaseUrl, policy: JobPolicy, *, read_only: bool = False, echo: bool = False
) -> Engine:
    """An engine that has not connected yet. `read_only` makes it so even where the job would write."""
    never_writes = read_only or policy.read_only
    options: dict[str, Any] = {"echo": echo}
    if policy.isolation is not None:
        options["isolation_level"] = policy.isolation
    if never_writes:
        # psycopg2 then begins every transaction as READ ONLY, which is right behind a pooler too.
        options["execution_options"] = {"postgresql_readonly": True}
    return create_engine(
        url.sqlalchemy_without_password,
        creator=lambda: open_connection(url, read_only=never_writes),
        **_pool(policy),
        **options,
    )


def _pool(policy: JobPolicy) -> dict[str, Any]:
    if policy.pool is None:
        return {"poolclass": NullPool}
    return {
        "poolclass": QueuePool,
        "pool_size": policy.pool.size,
        "max_overflow": policy.pool.max_overflow,
        "pool_recycle": policy.pool.recycle,
        "pool_pre_ping": policy.pool.pre_ping,
        # The last one used is taken first: the others grow old together and are let go.
        "pool_use_lifo": True,
    }
