"""How a failure is recognised: the one table of phases, SQLSTATEs and messages.

psycopg2 gives no SQLSTATE for a failed connect and seldom one for a lost connection, so the message decides
there (libpq of the wheels speaks English) and the code is a bonus. Rows are tried in order; the first that
fits wins. Classes A to J are those of the retry policy; `ORDINARY` is every error that says something about
the statement instead of the circumstances.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from toolkit.database import connect_errors as ce


class RetryClass(Enum):
    """What kind of circumstance a failure shows, and so what may be done about it."""

    A = "connect, transient"
    B = "connect, permanent"
    C = "stale idle connection"
    D = "connection lost while working"
    E = "conflict with another transaction"
    F = "lock wait"
    G = "cancelled"
    H = "read-only"
    I = "state lost behind a pooler"  # noqa: E741 - the classes are called A to J in the policy
    J = "capacity"
    ORDINARY = "an ordinary error of the statement"


class Phase(Enum):
    """Where in the life of a connection the failure came."""

    CONNECT = "connect"
    CHECKOUT = "first use after checkout"
    WORK = "work"
    COMMIT = "commit"


@dataclass(frozen=True, slots=True)
class Sign:
    """One row. A failure fits if its SQLSTATE begins with one of `states`, or its text has `message`.

    `error` is what such a failed connect is reported as; `tries` bounds the attempts below the budget.
    """

    retry_class: RetryClass
    message: re.Pattern[str] | None = None
    states: tuple[str, ...] = ()
    error: type[ce.CannotConnectError] = ce.CannotConnectError
    tries: int | None = None

    def fits(self, state: str | None, message: str) -> bool:
        """Whether the failure shows this sign."""
        if state and state.startswith(self.states or ("-",)):
            return True
        return self.message is not None and self.message.search(message) is not None


def _said(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


A, B = RetryClass.A, RetryClass.B

CONNECT_SIGNS: Final = (
    # What Neon's proxy says comes first: some of its texts also carry words of later rows.
    Sign(
        B,
        _said("endpoint id is not specified", "project name inferred from sni"),
        error=ce.EndpointMissingError,
    ),
    Sign(B, _said("connection is insecure", "no encryption", "ssl off"), error=ce.InsecureConnectionError),
    Sign(
        B,
        _said(
            "endpoint .*(is disabled|has been disabled)",
            "exceeded .*quota",
            "active endpoints? limit",
            "endpoint .*could not be found",
            "too many active",
        ),
        error=ce.EndpointUnavailableError,
    ),
    Sign(
        A,
        _said(
            "could ?n.t connect to compute",
            "could not reach the compute",
            "control plane request failed",
            "failed to wake up compute",
            "console request failed",
        ),
        error=ce.ServerStartingError,
    ),
    Sign(B, _said("is not allowed to connect to this endpoint"), error=ce.ConnectionNotPermittedError),
    # Who we are.
    Sign(B, _said("password authentication failed"), ("28P01",), ce.WrongPasswordError),
    Sign(B, _said("no password supplied"), error=ce.PasswordMissingError),
    Sign(B, _said(r'role ".*" does not exist', "is not permitted to log in"), error=ce.UnknownRoleError),
    Sign(B, _said("channel binding"), error=ce.ChannelBindingError),
    # TLS.
    Sign(
        B,
        _said("server does not support ssl", "invalid response to ssl negotiation"),
        error=ce.TlsRefusedError,
    ),
    Sign(
        B,
        _said(
            "certificate verify failed",
            "certificate for .* does not match host name",
            "unknown ca",
            "could not get server's host name",
            "root certificate file",
            "certificate has expired",
            "could not read root certificate",
        ),
        error=ce.CertificateRejectedError,
    ),
    # What is there.
    Sign(B, _said(r'database ".*" does not exist'), ("3D000",), ce.NoSuchDatabaseError),
    Sign(
        B,
        _said(
            "permission denied for database",
            "no pg_hba.conf entry",
            "pg_hba.conf rejects",
            "is not currently accepting connections",
            "not permitted to connect",
        ),
        ("42501", "28000"),
        ce.ConnectionNotPermittedError,
    ),
    Sign(
        B,
        _said(
            "unsupported startup parameter",
            "unrecognized configuration parameter",
            "invalid command-line argument",
        ),
        error=ce.StartupParameterError,
    ),
    Sign(
        A,
        _said("starting up", "shutting down", "in recovery mode", "not yet accepting connections"),
        ("57P03", "57P01"),
        ce.ServerStartingError,
    ),
    Sign(
        A,
        _said(
            "too many clients",
            "too many connections",
            "connection slots are reserved",
            "no more connections allowed",
            "query_wait_timeout",
            "server_login_retry",
        ),
        ("53300",),
        ce.TooManyConnectionsError,
    ),
    # The way there. A name that does not resolve twice will not resolve the third time.
    Sign(A, _said("could not translate host name"), error=ce.NoSuchHostError, tries=2),
    Sign(A, _said("connection refused", "no such file or directory"), error=ce.ServerRefusedError),
    Sign(A, _said("timeout expired", "timed out"), error=ce.ConnectTimedOutError),
    Sign(A, _said("no route to host", "network is unreachable"), tries=3),
    Sign(
        A,
        _said(
            "closed the connection unexpectedly",
            "connection has been closed",
            "eof detected",
            "connection reset",
            "unexpected eof",
            "could not (receive|send) ",
        ),
    ),
)

LOST: Final = Sign(
    RetryClass.D,
    _said(
        "closed the connection unexpectedly",
        "ssl connection has been closed",
        "eof detected",
        "connection already closed",
        "connection not open",
        "no connection to the server",
        "terminating connection",
        "connection reset",
        "could not (receive|send) data",
        "connection timed out",
        "unexpected eof",
        "connection has been closed",
        "consuming input failed",
    ),
    ("57P01", "57P02", "57P03", "57P05", "08", "25P03", "25P04"),
)

WORK_SIGNS: Final = (
    Sign(RetryClass.E, states=("40001", "40P01")),
    Sign(RetryClass.F, states=("55P03",)),
    Sign(RetryClass.G, states=("57014",)),
    Sign(RetryClass.H, states=("25006",)),
    Sign(RetryClass.I, states=("26000", "42P05", "34000")),
    Sign(RetryClass.J, states=("53", "54")),
)
