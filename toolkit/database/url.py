"""`DatabaseUrl`: where a database is and who we are there, as a value that cannot be seen.

URLs of any driver are read into one canonical form, whose own driver is psycopg2 (SQLAlchemy 2.1 would choose
psycopg 3 for a plain URL). Invariants: the password, and every argument that is a secret, sits in a `Secret`;
only the methods named `reveal*`, `sqlalchemy` and `libpq_parameters` give it out; an error about a URL holds
no piece of it, and neither do the locals of the frames it passed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from toolkit.database import neon_host
from toolkit.database.errors import InvalidUrlError
from toolkit.database.url_arguments import SECRET_ARGUMENTS, ArgumentError, for_asyncpg, to_libpq
from toolkit.secret import MASK, Secret

DRIVER: Final = "postgresql+psycopg2"

_SCHEMES: Final = frozenset({"postgres", "postgresql"})
_DRIVERS: Final = frozenset({"", "psycopg", "psycopg2", "psycopg2cffi", "psycopg_async", "asyncpg", "pg8000"})
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:\+([A-Za-z0-9_]+))?://")
_SQLALCHEMY_UNQUOTES_DATABASE: Final = (
    make_url("postgresql://h/%20").database == " "
)  # 2.1 does, 2.0 does not
_HOST: Final = re.compile(r"[^\s@,\[\]\"'<>\\]+\Z")


@dataclass(frozen=True, slots=True, repr=False)
class DatabaseUrl:
    """One database of one server, and the role to be there.

    `host` None means libpq's default; a host that begins with `/` is the folder of a Unix socket. `arguments`
    are libpq's parameters without secrets; `ignored` names arguments only another driver reads.
    """

    username: str | None = None
    password: Secret | None = None
    host: str | None = None
    port: int | None = None
    database: str | None = None
    arguments: tuple[tuple[str, str], ...] = ()
    secret_arguments: tuple[tuple[str, Secret], ...] = ()
    ignored: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def parse(cls, text: str | Secret) -> DatabaseUrl:
        """Read a URL of any PostgreSQL driver. Raises InvalidUrlError, which shows no piece of it."""
        source = text if isinstance(text, Secret) else Secret(text)
        del text  # the frame of a raised error must not hold it
        result = _read(source)
        if isinstance(result, str):
            raise InvalidUrlError(result)
        return result

    @property
    def query(self) -> Mapping[str, str]:
        """The arguments by name, without the secret ones."""
        return MappingProxyType(dict(self.arguments))

    @property
    def is_neon(self) -> bool:
        """Whether the host is an endpoint of Neon."""
        return neon_host.is_neon_host(self.host)

    @property
    def is_pooled(self) -> bool:
        """Whether the host's first label says that a transaction pooler stands before it."""
        return neon_host.is_pooled_host(self.host)

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine: a socket, a loopback address, or no host at all."""
        host = (self.host or "").lower()
        return not host or host.startswith(("/", "@", "127.")) or host in {"localhost", "::1"}

    def direct(self) -> DatabaseUrl:
        """The same database on the direct host; itself when the host is not pooled."""
        if self.host is None or not self.is_pooled:
            return self
        return replace(self, host=neon_host.direct_host(self.host))

    def with_database(self, name: str) -> DatabaseUrl:
        """Another database of the same server."""
        return replace(self, database=name)

    def with_credentials(self, user: str, password: Secret | None) -> DatabaseUrl:
        """The same database as another role."""
        return replace(self, username=user, password=password)

    def with_arguments(self, **arguments: str) -> DatabaseUrl:
        """With these libpq parameters set, over what the URL says."""
        return replace(self, arguments=tuple(sorted({**dict(self.arguments), **arguments}.items())))

    @property
    def masked(self) -> str:
        """The URL for people, logs and reports: `***` where a secret is."""
        secrets = [(name, MASK) for name, _ in self.secret_arguments]
        return self._text("postgresql", MASK if self.password else None, [*self.arguments, *secrets])

    def reveal(self, *, driver: str = DRIVER) -> str:
        """The URL with its password, for the SQLAlchemy driver named."""
        arguments: Mapping[str, str] = self._all_arguments()
        if driver.endswith("+asyncpg"):
            arguments = for_asyncpg(arguments)
        password = self.password.reveal() if self.password else None
        return self._text(driver, password, list(arguments.items()))

    def reveal_plain(self) -> str:
        """The URL with its password as libpq and its programs read it."""
        return self.reveal(driver="postgresql")

    @property
    def sqlalchemy(self) -> URL:
        """SQLAlchemy's URL, with the password. A tuple at heart: keep it out of locals."""
        return URL.create(
            DRIVER,
            username=self.username,
            password=self.password.reveal() if self.password else None,
            host=None if self._is_socket else self.host,
            port=self.port,
            database=self.database,
            query={**self._all_arguments(), **({"host": self.host or ""} if self._is_socket else {})},
        )

    @property
    def sqlalchemy_without_password(self) -> URL:
        """SQLAlchemy's URL without any secret: what an engine may show."""
        return replace(self, password=None, secret_arguments=()).sqlalchemy

    def libpq_parameters(self) -> dict[str, Any]:
        """Keywords for `psycopg2.connect`. Holds the password: not to be printed or kept in a local."""
        named = {"user": self.username, "host": self.host, "dbname": self.database}
        named["password"] = self.password.reveal() if self.password else None
        named["port"] = str(self.port) if self.port else None
        return self._all_arguments() | {name: value for name, value in named.items() if value}

    def __repr__(self) -> str:
        return f"DatabaseUrl({self.masked!r})"

    def __str__(self) -> str:
        return self.masked

    def __rich_repr__(self) -> list[str]:
        return [self.masked]

    @property
    def _is_socket(self) -> bool:
        return bool(self.host) and str(self.host).startswith(("/", "@"))

    def _all_arguments(self) -> dict[str, str]:
        return dict(self.arguments) | {name: secret.reveal() for name, secret in self.secret_arguments}

    def _text(self, scheme: str, password: str | None, arguments: list[tuple[str, str]]) -> str:
        shown = "" if password is None else f":{password if password == MASK else quote(password, safe='')}"
        user = quote(self.username or "", safe="")
        credentials = f"{user}{shown}@" if user or shown else ""
        host = "" if self._is_socket else self.host or ""
        authority = f"[{host}]" if ":" in host else host
        port = f":{self.port}" if self.port else ""
        if self._is_socket:
            arguments = [*arguments, ("host", self.host or "")]
        tail = f"?{urlencode(arguments, quote_via=quote, safe='*/')}" if arguments else ""
        return f"{scheme}://{credentials}{authority}{port}/{quote(self.database or '', safe='')}{tail}"


def _read(source: Secret) -> DatabaseUrl | str:
    """The URL, or the reason why it is none: returned, so that no frame with the text is in a traceback."""
    text = source.reveal().strip()
    complaint = _complaint(text)
    if complaint:
        return complaint
    try:
        raw = make_url(text)
        return _assemble(raw)
    except ArgumentError as error:
        return str(error)
    except (SQLAlchemyError, ValueError):
        return "its port is not a number, or its parts are not in the order user:password@host:port/database"


def _complaint(text: str) -> str | None:
    """What is wrong at first sight, in words that show nothing of the text."""
    if not text:
        return "it is empty"
    if text.startswith("psql"):
        return "it is a psql command; only the part in quotes is the URL"
    scheme = _SCHEME.match(text)
    if scheme is None:
        return "it does not begin with postgresql://"
    if scheme[1].lower() not in _SCHEMES:
        return "it is not a PostgreSQL URL"
    if (scheme[2] or "").lower() not in _DRIVERS:
        return "it names a driver that is not known"
    if text.count("@") > 1:
        return "it has more than one @; inside a user name, a password or an argument write %40"
    return None


def _assemble(raw: URL) -> DatabaseUrl:
    """Our value from SQLAlchemy's, by libpq's rule that an argument wins. Raises ArgumentError."""
    query: dict[str, str] = {}
    for name, value in raw.query.items():
        if not isinstance(value, str):
            raise ArgumentError("it names an argument twice, or more than one host")
        query[name] = value
    arguments, ignored = to_libpq(query)
    host = arguments.pop("host", None) or raw.host or None
    port = arguments.pop("port", None) or raw.port
    user = arguments.pop("user", None) or raw.username or None
    path = raw.database if _SQLALCHEMY_UNQUOTES_DATABASE else unquote(raw.database or "")
    database = arguments.pop("dbname", None) or path or None
    password = arguments.pop("password", None) or raw.password
    return DatabaseUrl(
        username=user,
        password=Secret(str(password)) if password else None,
        host=_checked_host(host),
        port=_checked_port(port),
        database=database,
        arguments=tuple(sorted((n, v) for n, v in arguments.items() if n not in SECRET_ARGUMENTS)),
        secret_arguments=tuple(sorted((n, Secret(v)) for n, v in arguments.items() if n in SECRET_ARGUMENTS)),
        ignored=ignored,
    )


def _checked_host(host: str | None) -> str | None:
    if host is None or host.startswith(("/", "@")) or _HOST.match(host):
        return host
    if "," in host:
        raise ArgumentError("it names more than one host")
    raise ArgumentError("its host has a character that no host name has")


def _checked_port(port: str | int | None) -> int | None:
    if port is None:
        return None
    if not str(port).isascii() or not str(port).isdigit() or not 0 < int(port) < 65536:
        raise ArgumentError("its port is not a number from 1 to 65535")
    return int(port)
