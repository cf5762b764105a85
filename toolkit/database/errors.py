"""What can go wrong with a database besides reaching it.

Reaching it: `connect_errors.py`. Codes Exyy with yy from 01 to 19 belong to this room. Invariant: no field
holds a URL, a password or text taken from either.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import IsolationBrokenError, RefusedError, RunFailedError, TimedOutError, UsageError


@dataclass(eq=False)
class InvalidUrlError(UsageError):
    """A database URL that cannot be read. `reason` says why without a piece of the URL."""

    code = "E101"

    reason: str

    @property
    def sentence(self) -> str:
        return f"The database URL cannot be read: {self.reason}."

    @property
    def hint(self) -> str:
        return "Write it as postgresql://user:password@host/database, with special characters as %XX."


@dataclass(eq=False)
class NoUrlError(UsageError):
    """No database is configured."""

    code = "E102"

    @property
    def sentence(self) -> str:
        return "No database is configured."

    @property
    def hint(self) -> str:
        return "Set DATABASE_URL, name one with --url, or start one of your own with `neonkit server start`."


@dataclass(eq=False)
class UrlsDisagreeError(UsageError):
    """The pooled and the direct URL lead to different databases."""

    code = "E103"

    what: str
    pooled: str
    direct: str

    @property
    def sentence(self) -> str:
        return (
            f"DATABASE_URL and DATABASE_URL_UNPOOLED lead to different databases: {self.what} is "
            f"{self.pooled} in the first and {self.direct} in the second."
        )

    @property
    def hint(self) -> str:
        return "Make both name the same database, or unset DATABASE_URL_UNPOOLED."


@dataclass(eq=False)
class NoRootCertificateError(UsageError):
    """The file with trusted certificates is not there."""

    code = "E104"

    path: Path
    origin: str

    @property
    def sentence(self) -> str:
        return f"The file with trusted certificates named by {self.origin} does not exist: {self.path}."

    @property
    def hint(self) -> str:
        return "Name an existing PEM file, or unset it so that a bundle is found by itself."


@dataclass(eq=False)
class NoUserIdentityError(UsageError):
    """A user-scoped session was asked for without a user."""

    code = "E105"

    setting: str
    given: str

    @property
    def sentence(self) -> str:
        return f"A user session needs a user: the value for {self.setting} is {self.given}."

    @property
    def hint(self) -> str:
        return "Authenticate first; for work without a user open a plain session, on purpose."


@dataclass(eq=False)
class LockWaitTimedOutError(TimedOutError):
    """Another session holds a lock and did not let go in time (55P03)."""

    code = "E301"

    blockers: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        pids = ", ".join(map(str, self.blockers))
        return f"Gave way: a lock was not free in time{f' (held by backend {pids})' if pids else ''}."

    @property
    def hint(self) -> str:
        return "`neonkit locks` shows who holds it; try again at a quieter time, or end that session."


@dataclass(eq=False)
class StatementTimedOutError(TimedOutError):
    """The server cancelled a statement (57014), by timeout or on request."""

    code = "E302"

    server_said: str

    @property
    def sentence(self) -> str:
        return f"The server cancelled the statement: {self.server_said}."

    @property
    def hint(self) -> str:
        return "Allow it more time, or make it touch less."


@dataclass(eq=False)
class MigrationLockBusyError(TimedOutError):
    """Another run holds the migration lock. The facts tell who, as far as the server lets us see."""

    code = "E303"

    name: str
    waited: float
    pid: int | None = None
    user: str | None = None
    application: str | None = None
    address: str | None = None
    since: str | None = None

    @property
    def sentence(self) -> str:
        holder = "another session"
        if self.pid is not None:
            parts = [f"backend {self.pid}"]
            parts += [f"role {self.user}"] if self.user else []
            parts += [f"application {self.application}"] if self.application else []
            parts += [f"from {self.address}"] if self.address else []
            parts += [f"connected since {self.since}"] if self.since else []
            holder = ", ".join(parts)
        return f"The migration lock of {self.name} is held by {holder}; waited {self.waited:.0f} s."

    @property
    def hint(self) -> str:
        if self.pid is None:
            return "Let the other run finish, then start again."
        return f"Let it finish, or end it with SELECT pg_terminate_backend({self.pid})."


@dataclass(eq=False)
class ReadOnlyDatabaseError(RunFailedError):
    """The server refused a write (25006). `cause` says which of the known reasons it was."""

    code = "E401"

    cause: str

    @property
    def sentence(self) -> str:
        return f"The database refused a write because {self.cause}."

    @property
    def hint(self) -> str:
        return "Use the writable primary on its direct host, with a role and profile that may write."


@dataclass(eq=False)
class ConflictError(RunFailedError):
    """The transaction lost against others again and again (40001, 40P01)."""

    code = "E402"

    attempts: int
    server_said: str

    @property
    def sentence(self) -> str:
        return (
            f"The transaction conflicted with others in each of {self.attempts} attempts: {self.server_said}."
        )

    @property
    def hint(self) -> str:
        return "Run it when fewer sessions write to the same rows."


@dataclass(eq=False)
class PoolerMisuseError(RunFailedError):
    """Session state was lost between transactions, as happens behind a transaction pooler."""

    code = "E403"

    host: str | None
    pooled: bool
    server_said: str

    @property
    def sentence(self) -> str:
        where = f"{self.host or 'the server'}{' (a pooled host)' if self.pooled else ''}"
        return f"State of the session was gone on {where}: {self.server_said}."

    @property
    def hint(self) -> str:
        return "Use the direct host: a transaction pooler changes the backend between transactions."


@dataclass(eq=False)
class CapacityError(RunFailedError):
    """The server is out of something: disk, memory, or one of its limits (53100, 53200, 54xxx)."""

    code = "E404"

    server_said: str

    @property
    def sentence(self) -> str:
        return f"The server reached a limit: {self.server_said}."


@dataclass(eq=False)
class LockLostError(RunFailedError):
    """The migration lock was not ours any more when we gave it back."""

    code = "E405"

    name: str

    @property
    def sentence(self) -> str:
        return f"The migration lock of {self.name} was lost during the run: another run may have overlapped."

    @property
    def hint(self) -> str:
        return "Check the version table and the schema before anything else; connect to the direct host."


@dataclass(eq=False)
class WeakTlsRefusedError(RefusedError):
    """Strict TLS is on and the URL asks for less than a verified server."""

    code = "E601"

    host: str
    sslmode: str

    @property
    def sentence(self) -> str:
        return f"sslmode={self.sslmode} does not prove that {self.host} is the right server."

    @property
    def hint(self) -> str:
        return "Write sslmode=verify-full, or leave sslmode out of the URL."


@dataclass(eq=False)
class NoDirectHostError(RefusedError):
    """Schema work needs the direct host and only a pooled one is known."""

    code = "E602"

    host: str
    job: str

    @property
    def sentence(self) -> str:
        return f"{self.host} is a pooled host, and {self.job} work needs a direct one."

    @property
    def hint(self) -> str:
        return "Set DATABASE_URL_UNPOOLED to the URL of the direct host."


@dataclass(eq=False)
class AutocommitIdentityError(RefusedError):
    """A user identity holds for one transaction; in autocommit there is none."""

    code = "E603"

    setting: str

    @property
    def sentence(self) -> str:
        return f"{self.setting} cannot be set in autocommit: it would be gone before the next statement."

    @property
    def hint(self) -> str:
        return "Open the user session on an engine that begins transactions."


@dataclass(eq=False)
class LeftoverIdentityError(IsolationBrokenError):
    """A connection came out of the pool with the identity or the role of somebody else."""

    code = "E701"

    what: str
    value: str

    @property
    def sentence(self) -> str:
        return f"A pooled connection still carries {self.what} = {self.value}; it was closed, not used."

    @property
    def hint(self) -> str:
        return "Set identity with set_config(..., true) and roles with SET LOCAL ROLE, inside a transaction."


@dataclass(eq=False)
class ExemptSessionError(RefusedError):
    """Policies do not bind the role that users' work would run as."""

    code = "E695"

    role: str
    why: str

    @property
    def sentence(self) -> str:
        return f"Role {self.role} {self.why}, so policies do not bind it: no user's work runs as it."

    @property
    def hint(self) -> str:
        return "Connect as another role, or name one as `role`; `neonkit isolation protect` makes it."
