"""How each PostgreSQL driver is told where to connect, and where it would have gone.

Knows psycopg2, psycopg (sync and async) and asyncpg, under SQLAlchemy's names for them. What only tunes a
connection (timeouts, search_path in `options`, factories) is the user's and kept; what says where it goes, as
whom and how it is encrypted is replaced as a whole.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg2.extensions import parse_dsn

from toolkit.database import DatabaseUrl

APPLICATION_NAME: Final = "neonkit"

_SETTING: Final = re.compile(r"-c\s*([\w.]+)=(\S+)")
"""A server setting among libpq's `options`; asyncpg takes them by name."""

LIBPQ_DRIVERS: Final = frozenset({"psycopg2", "psycopg", "psycopg_async", "psycopg2cffi"})
KNOWN_DRIVERS: Final = LIBPQ_DRIVERS | {"asyncpg"}

_TUNING: Final = frozenset(
    {
        "client_encoding",
        "connect_timeout",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "options",
        "tcp_user_timeout",
    }
)
"""The parameters of libpq that do not say where a connection goes."""

_WHERE: Final = frozenset(
    """
    application_name channel_binding conninfo database dbname dsn fallback_application_name gssdelegation
    gssencmode gsslib host hostaddr krbsrvname load_balance_hosts password passfile port replication
    require_auth requirepeer requiressl service servicefile ssl ssl_max_protocol_version
    ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir sslkey sslmode
    sslnegotiation sslpassword sslrootcert sslsni target_session_attrs user direct_tls
    """.split()  # noqa: SIM905 - a list with quotes around each word is harder to compare with the manual
)
"""The parameters of libpq and asyncpg that do."""


@dataclass(frozen=True, slots=True)
class Target:
    """One database of one server, without credentials."""

    host: str
    port: int
    database: str

    @classmethod
    def of_url(cls, url: DatabaseUrl) -> Target:
        """Where a URL leads. A pooled host of Neon is the same place as the direct one."""
        return cls(url.direct().host or "localhost", url.port or 5432, url.database or url.username or "")

    @classmethod
    def of_parameters(cls, arguments: Sequence[Any], parameters: Mapping[str, Any]) -> Target:
        """Where a driver's `connect(*arguments, **parameters)` would lead."""
        text = next(
            (one for one in (*arguments, parameters.get("dsn")) if isinstance(one, str) and one), None
        )
        given = {**(_read_dsn(text) if text else {}), **parameters}
        database = given.get("dbname") or given.get("database") or given.get("user")
        url = DatabaseUrl(
            host=str(given.get("host") or given.get("hostaddr") or "") or None,
            port=int(str(given.get("port") or 5432).partition(",")[0]),
            database=str(database or ""),
        )
        return cls.of_url(url)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"


def redirected_parameters(driver: str, url: DatabaseUrl, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the driver's `connect` is called with, so that it goes to `url`. Holds the password."""
    kept = {name: value for name, value in given.items() if name not in _WHERE}
    if driver == "asyncpg":
        return _for_asyncpg(url, kept)
    wanted: dict[str, Any] = dict(url.libpq_parameters())
    options = " ".join(part for part in (kept.pop("options", ""), wanted.pop("options", "")) if part)
    if options:
        wanted["options"] = options
    return {**kept, **wanted, "application_name": APPLICATION_NAME}


def _for_asyncpg(url: DatabaseUrl, kept: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in kept.items() if name not in _TUNING}
    settings = {
        **kept.pop("server_settings", {}),
        **dict(_SETTING.findall(url.query.get("options", ""))),
        "application_name": APPLICATION_NAME,
    }
    where = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password.reveal() if url.password else None,
        "database": url.database,
        "ssl": _asyncpg_tls(url.query),
    }
    named = {name: value for name, value in where.items() if value is not None}
    return {**kept, **named, "server_settings": settings}


def _asyncpg_tls(arguments: Mapping[str, str]) -> ssl.SSLContext | str | None:
    mode, root = arguments.get("sslmode"), arguments.get("sslrootcert")
    if mode is None or not mode.startswith("verify") or root in {None, "system"}:
        return mode
    context = ssl.create_default_context(cafile=root)
    context.check_hostname = mode == "verify-full"
    return context


def _read_dsn(text: str) -> Mapping[str, Any]:
    return dict(parse_dsn(text))
