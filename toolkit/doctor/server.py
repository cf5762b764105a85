"""The connection, and the server and the role at its other end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.driver import encryption
from toolkit.database.server_identity import ServerIdentity
from toolkit.doctor.values import Chart, Symptom
from toolkit.errors import NeonkitError, StoppedError
from toolkit.events import Emit
from toolkit.workspace import Workspace

_OLDEST, _NEWEST = 14, 18
_SLOW: Final = 1.0
_CLOCK: Final = 5.0
_FACTS: Final = """
    SELECT extract(epoch FROM clock_timestamp()),
           current_setting('statement_timeout'), current_setting('lock_timeout'),
           current_setting('idle_in_transaction_session_timeout'),
           (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user),
           has_database_privilege(current_database(), 'CREATE'),
           (SELECT string_agg(e.extname || ' ' || e.extversion, ', ' ORDER BY e.extname) FROM pg_extension e),
           (SELECT string_agg(a.name || ' ' || a.default_version, ', ' ORDER BY a.name)
              FROM pg_available_extensions a
             WHERE a.installed_version IS NOT NULL AND a.installed_version <> a.default_version)
"""


@dataclass(frozen=True, slots=True)
class _Facts:
    clock: float
    statement_timeout: str
    lock_timeout: str
    idle_timeout: str
    may_create_databases: bool
    may_create: bool
    extensions: str | None
    outdated: str | None
    protocol: str | None
    """What this end of the connection is encrypted with. The server's own end may be behind a proxy."""


def server(workspace: Workspace, emit: Emit, cancel: CancelToken) -> list[Symptom]:
    """How the configured database is reached, and what it is."""
    chart = Chart("database")
    try:
        urls, database = workspace.urls, workspace.database
    except NeonkitError as error:
        chart.problem("url", f"{error.sentence} [{error.code}]", error.hint or "Set DATABASE_URL.")
        return chart.symptoms
    chart.ok("url", urls.main.masked)
    for notice in database.notices:
        chart.note("tls", notice.sentence)
    _direct(chart, database)
    try:
        begun = time.monotonic()
        identity = database.describe(emit=emit, cancel=cancel)
        took = time.monotonic() - begun
        job = Job.MIGRATE if _has_direct(database) else Job.SERVERLESS
        with database.connect(job, emit=emit, cancel=cancel) as connection:
            facts, local = _read(connection), time.time()
    except StoppedError:
        raise
    except NeonkitError as error:
        chart.problem("connection", f"{error.sentence} [{error.code}]", error.hint or "Look at the URL.")
        return chart.symptoms
    _connection(chart, urls.main, took, facts)
    _identity(chart, identity, facts)
    _timeouts(chart, facts)
    skew = facts.clock - local
    if abs(skew) > _CLOCK:
        chart.problem(
            "clock", f"{skew:+.0f} s from this machine's", "Set this machine's clock by a time server."
        )
    else:
        chart.ok("clock", "agrees with this machine's")
    chart.ok("extensions", facts.extensions or "none")
    if facts.outdated:
        chart.note("extensions", f"newer on the server: {facts.outdated}", "ALTER EXTENSION ... UPDATE")
    return chart.symptoms


def _read(connection: Connection) -> _Facts:
    row = connection.exec_driver_sql(_FACTS).one()
    told: tuple[Any, ...] = (*row[1:], encryption(connection))
    return _Facts(float(row[0]), *told)


def _has_direct(database: Database) -> bool:
    try:
        database.url(Job.MIGRATE)
    except NeonkitError:
        return False
    return True


def _direct(chart: Chart, database: Database) -> None:
    with chart.looking_at("direct host"):
        chart.ok("direct host", f"{database.url(Job.MIGRATE).host}")


def _connection(chart: Chart, url: DatabaseUrl, took: float, facts: _Facts) -> None:
    if took > _SLOW:
        chart.note("connection", f"{took:.1f} s; a suspended compute takes that long to start")
    else:
        chart.ok("connection", f"{took * 1000:.0f} ms")
    if facts.protocol is not None:
        chart.ok("encryption", facts.protocol)
    elif url.is_local:
        chart.ok("encryption", "none, and the server is on this machine")
    else:
        chart.problem("encryption", "none", "Add sslmode=verify-full to the URL.")


def _identity(chart: Chart, identity: ServerIdentity, facts: _Facts) -> None:
    version = f"PostgreSQL {identity.version}"
    if identity.major < _OLDEST:
        chart.problem(
            "server", version, f"neonkit reads PostgreSQL {_OLDEST} to {_NEWEST}; upgrade the server."
        )
    elif identity.major > _NEWEST:
        chart.note("server", f"{version}, newer than {_NEWEST}, the last one that was tried")
    else:
        chart.ok("server", version)
    if identity.is_superuser or identity.bypasses_rls:
        power = "is a superuser" if identity.is_superuser else "bypasses row-level security"
        remedy = (
            "Let the application connect as another role; `neonkit isolation` says which policies hold then."
        )
        chart.note("role", f"{identity.role} {power}: policies do not hold for it", remedy)
    else:
        chart.ok("role", identity.role)
    if identity.read_only or identity.is_in_recovery:
        chart.note("access", "a replica" if identity.is_in_recovery else "read-only")
    elif not facts.may_create:
        remedy = f"GRANT CREATE ON DATABASE for {identity.role}, or migrate as another role."
        chart.note("access", "may not create schemas in this database", remedy)
    else:
        chart.ok("access", "read and write")
    if facts.may_create_databases:
        chart.ok("scratch databases", "may be made on this server")
    else:
        chart.note("scratch databases", "may not be made here; the embedded server is used")


def _timeouts(chart: Chart, facts: _Facts) -> None:
    named = {
        "statement_timeout": facts.statement_timeout,
        "lock_timeout": facts.lock_timeout,
        "idle_in_transaction_session_timeout": facts.idle_timeout,
    }
    chart.ok(
        "timeouts", ", ".join(f"{name} {'off' if value == '0' else value}" for name, value in named.items())
    )
