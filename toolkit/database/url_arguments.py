"""The arguments behind the `?` of a database URL, in libpq's words.

URLs are written for many drivers. What has a meaning in libpq is translated to it, what only tunes another
driver is set aside by name, and what nobody knows is an error. Invariant: no message here shows the value of
an argument.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LIBPQ_ARGUMENTS: Final = frozenset(
    """
    application_name channel_binding client_encoding connect_timeout dbname fallback_application_name
    gssdelegation gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle
    keepalives_interval krbsrvname load_balance_hosts max_protocol_version min_protocol_version
    oauth_client_id oauth_client_secret oauth_issuer oauth_scope options passfile password port replication
    require_auth requirepeer requiressl scram_client_key scram_server_key service servicefile
    ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir
    sslkey sslkeylogfile sslmode sslnegotiation sslpassword sslrootcert sslsni target_session_attrs
    tcp_user_timeout user
    """.split()  # noqa: SIM905 - a list with quotes around each word is harder to compare with the manual
)
"""The connection parameters of libpq 18."""

SECRET_ARGUMENTS: Final = frozenset(
    {"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
)
"""Arguments whose value is never shown."""

OTHER_DRIVERS_ARGUMENTS: Final = frozenset(
    """
    async_fallback command_timeout direct_tls max_cached_statement_lifetime max_cacheable_statement_size
    prepared_statement_cache_size prepared_statement_name_func statement_cache_size timeout
    connection_limit pgbouncer pool_timeout schema socket_timeout sslaccept sslidentity
    prepare_threshold uselibpqcompat
    """.split()  # noqa: SIM905 - as above
)
"""Arguments of asyncpg, Prisma, psycopg 3 and node-postgres that say nothing to libpq."""

SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""From weakest to strictest."""

_SSL_WORDS: Final = {"true": "require", "1": "require", "on": "require", "false": "disable", "0": "disable"}


class ArgumentError(ValueError):
    """An argument that means nothing; the text says which, and never shows its value."""


def to_libpq(arguments: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The arguments in libpq's words, and the names of those that only another driver reads.

    Raises ArgumentError for an unknown name or an unknown TLS mode.
    """
    known: dict[str, str] = {}
    ignored: list[str] = []
    for name, value in arguments.items():
        if name == "ssl":
            known.setdefault("sslmode", _ssl_mode(value))
        elif name == "sslmode":
            known["sslmode"] = _ssl_mode(value)
        elif name in LIBPQ_ARGUMENTS:
            known[name] = value
        elif name in OTHER_DRIVERS_ARGUMENTS:
            ignored.append(name)
        else:
            raise ArgumentError(f"it has an argument PostgreSQL does not know{_named(name)}")
    return known, tuple(sorted(ignored))


def for_asyncpg(arguments: Mapping[str, str]) -> dict[str, str]:
    """What asyncpg understands of libpq's arguments; it refuses the rest as unknown keywords."""
    translated = {"ssl": arguments["sslmode"]} if "sslmode" in arguments else {}
    return translated | {name: arguments[name] for name in ("target_session_attrs",) if name in arguments}


def _ssl_mode(value: str) -> str:
    mode = _SSL_WORDS.get(value.lower(), value.lower().replace("_", "-"))
    if mode not in SSL_MODES:
        raise ArgumentError(f"its sslmode is none of {', '.join(SSL_MODES)}")
    return mode


def _named(name: str) -> str:
    # A password with a bare `?` makes nonsense names: show only what looks like a name.
    return f" ({name})" if name.replace("_", "").isalpha() and len(name) <= 40 else ""
