"""Why a server could not be reached, one class per remedy.

Facts are host, port, database and user: never the password, never the URL. `connect_failures.py` chooses the
class from what libpq said.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import UnreachableError


@dataclass(eq=False)
class CannotConnectError(UnreachableError):
    """No connection. Raised itself when the reason is none of the known ones."""

    code = "E218"

    host: str | None = None
    port: int | None = None
    database: str | None = None
    user: str | None = None
    server_said: str = ""

    @property
    def server(self) -> str:
        """The server as a person would name it."""
        if not self.host:
            return "the server on the local socket"
        if self.host.startswith(("/", "@")):
            return f"the server on the socket in {self.host}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port or 5432}"

    @property
    def sentence(self) -> str:
        return f"Cannot connect to {self.server}: {self.server_said or 'no reason was given'}."


@dataclass(eq=False)
class ServerRefusedError(CannotConnectError):
    """Nobody listens there."""

    code = "E201"

    @property
    def sentence(self) -> str:
        return f"Nothing accepts connections on {self.server}."

    @property
    def hint(self) -> str:
        return "Start the server, or correct host and port in the URL."


@dataclass(eq=False)
class NoSuchHostError(CannotConnectError):
    """The name has no address."""

    code = "E202"

    @property
    def sentence(self) -> str:
        return f"The host name {self.host} has no address."

    @property
    def hint(self) -> str:
        return "Correct the host in the URL; if it is right, look at the network."


@dataclass(eq=False)
class WrongPasswordError(CannotConnectError):
    """Not the password of this role. PostgreSQL answers the same for a role that does not exist."""

    code = "E203"

    @property
    def sentence(self) -> str:
        return f"{self.server} does not accept this password for role {self.user}."

    @property
    def hint(self) -> str:
        return "Copy the URL again; on Neon, a branch of a protected branch has new passwords."


@dataclass(eq=False)
class UnknownRoleError(CannotConnectError):
    """There is no such role, or it may not log in."""

    code = "E204"

    @property
    def sentence(self) -> str:
        return f"Role {self.user} does not exist on {self.server}, or may not log in."

    @property
    def hint(self) -> str:
        return "Correct the user in the URL, or create the role with LOGIN."


@dataclass(eq=False)
class NoSuchDatabaseError(CannotConnectError):
    """The server is there, the database is not."""

    code = "E205"

    @property
    def sentence(self) -> str:
        # A URL without a database means the one named like the role: libpq's rule.
        return f"There is no database {self.database or self.user} on {self.server}."

    @property
    def hint(self) -> str:
        return "Correct the name at the end of the URL, or create the database."


@dataclass(eq=False)
class TlsRefusedError(CannotConnectError):
    """The server has no TLS and the URL demands it."""

    code = "E206"

    @property
    def sentence(self) -> str:
        return f"{self.server} does not speak TLS, and the connection demands it."

    @property
    def hint(self) -> str:
        return "For a server on this machine write sslmode=disable; otherwise correct host and port."


@dataclass(eq=False)
class CertificateRejectedError(CannotConnectError):
    """The server's certificate did not prove that it is the right server. `problem` says what was wrong."""

    code = "E207"

    problem: str = ""

    @property
    def sentence(self) -> str:
        return f"The certificate of {self.server} was rejected: {self.problem or self.server_said}."

    @property
    def hint(self) -> str:
        return "Check the host name, and the file of trusted certificates (sslrootcert, PGSSLROOTCERT)."


@dataclass(eq=False)
class TooManyConnectionsError(CannotConnectError):
    """All connections the server, the database or the role may have are taken."""

    code = "E208"

    @property
    def sentence(self) -> str:
        return f"{self.server} has no free connection: {self.server_said}."

    @property
    def hint(self) -> str:
        return "Close idle sessions, make pools smaller, or use the pooled host for short transactions."


@dataclass(eq=False)
class ConnectTimedOutError(CannotConnectError):
    """No answer within the budget."""

    code = "E209"

    waited: float = 0.0

    @property
    def sentence(self) -> str:
        return f"{self.server} did not answer within {self.waited:.0f} s."

    @property
    def hint(self) -> str:
        return "Check host, port and firewall; allow more time if the compute starts slowly."


@dataclass(eq=False)
class EndpointMissingError(CannotConnectError):
    """Neon could not tell which endpoint is meant: no server name came with TLS."""

    code = "E210"

    libpq: int | None = None

    @property
    def sentence(self) -> str:
        return f"{self.server} could not tell which Neon endpoint is meant."

    @property
    def hint(self) -> str:
        if self.libpq is not None and self.libpq < 140000:
            return "Libpq below 14 sends no server name: install a newer psycopg2-binary."
        return "Add options=endpoint%3D<endpoint id> to the URL."


@dataclass(eq=False)
class ChannelBindingError(CannotConnectError):
    """Channel binding was demanded and something between ends the TLS connection."""

    code = "E211"

    @property
    def sentence(self) -> str:
        return f"{self.server} cannot give the channel binding that the URL demands."

    @property
    def hint(self) -> str:
        return "A proxy or pooler between ends TLS; connect past it, or drop channel_binding from the URL."


@dataclass(eq=False)
class StartupParameterError(CannotConnectError):
    """A pooler refused a parameter sent at connect."""

    code = "E212"

    @property
    def sentence(self) -> str:
        return f"{self.server} refuses a startup parameter: {self.server_said}."

    @property
    def hint(self) -> str:
        return "Take `options` out of the URL, or use the direct host."


@dataclass(eq=False)
class ConnectionNotPermittedError(CannotConnectError):
    """The server knows the role and does not let it in: CONNECT privilege, host rules, IP allow-list."""

    code = "E213"

    @property
    def sentence(self) -> str:
        return f"Role {self.user} may not connect to {self.database} on {self.server}: {self.server_said}."

    @property
    def hint(self) -> str:
        return "GRANT CONNECT ON DATABASE to the role, or add this address to the server's allow-list."


@dataclass(eq=False)
class EndpointUnavailableError(CannotConnectError):
    """Neon does not start this endpoint: disabled, over a quota, or too many active endpoints."""

    code = "E214"

    @property
    def sentence(self) -> str:
        return f"The Neon endpoint behind {self.server} is not available: {self.server_said}."

    @property
    def hint(self) -> str:
        return "Look at the endpoint and the project's limits in the Neon console."


@dataclass(eq=False)
class ConnectionLostError(CannotConnectError):
    """The connection broke while it worked. Whether the last statement took effect is not known."""

    code = "E215"

    committing: bool = False

    @property
    def sentence(self) -> str:
        doubt = (
            "during COMMIT: it is in doubt whether it took effect" if self.committing else "during the work"
        )
        return f"The connection to {self.server} was lost {doubt}."

    @property
    def hint(self) -> str:
        return "Look at what is there before running it again; nothing was replayed."


@dataclass(eq=False)
class InsecureConnectionError(CannotConnectError):
    """The server demands TLS and the connection came without."""

    code = "E216"

    @property
    def sentence(self) -> str:
        return f"{self.server} accepts only TLS connections."

    @property
    def hint(self) -> str:
        return "Write sslmode=verify-full in the URL."


@dataclass(eq=False)
class ServerStartingError(CannotConnectError):
    """The server is there and not ready: starting, stopping or recovering."""

    code = "E217"

    @property
    def sentence(self) -> str:
        return f"{self.server} is not ready: {self.server_said}."

    @property
    def hint(self) -> str:
        return "Wait for the server to finish starting, then try again."


@dataclass(eq=False)
class PasswordMissingError(CannotConnectError):
    """The server asks for a password and the URL has none."""

    code = "E219"

    @property
    def sentence(self) -> str:
        return f"{self.server} asks for the password of role {self.user}, and the URL has none."

    @property
    def hint(self) -> str:
        return "Put the password into the URL, or into the file named by PGPASSFILE."
