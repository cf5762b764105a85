"""Every connection of a user's `env.py` led to the database we chose.

While a run lasts, SQLAlchemy's `do_connect` event hands each engine a connection to the chosen database,
with psycopg2, psycopg or asyncpg, whatever URL the engine was made with. Engines are not changed: they ask
again at each connection. What could go past it is stopped: a pooled connection from before the run is
replaced, an engine with a `creator` and a bare driver's `connect` end the run with `WentElsewhereError`.
Invariant: no statement of the run reaches a database that was not chosen, and no connection made here
outlives the run in a pool.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

from toolkit.database import DatabaseUrl
from toolkit.migrate.drivers import KNOWN_DRIVERS, Target, redirected_parameters
from toolkit.migrate.errors import SeveralDatabasesError
from toolkit.migrate.listening import listening
from toolkit.migrate.placeholder import HOST as UNNAMED_HOST
from toolkit.migrate.project import Opened
from toolkit.migrate.replacing import replaced
from toolkit.migrate.run_errors import WentElsewhereError

MARK = "neonkit_redirection"
"""Where a connection's `info` says which redirection made it."""
GOES_TO = "neonkit_url"
"""Where a connection's `info` says which database it was led to."""

_DRIVER_MODULES = ("psycopg2", "psycopg", "asyncpg")


class Redirection:
    """The redirection of one run: what was asked for, and where it was led."""

    def __init__(self, opened: Opened, url: DatabaseUrl, choices: Mapping[Target, DatabaseUrl]) -> None:
        self._opened = opened
        self._url = url
        self._choices = choices
        self._allowed = threading.local()
        self._records: list[Any] = []
        self.prepare: Callable[[Any], None] | None = None
        """Called with each new connection, before anybody uses it."""
        self.targets: dict[Target, DatabaseUrl] = {}
        self.stopped: WentElsewhereError | SeveralDatabasesError | None = None
        """What had to be stopped; the file may have swallowed the exception."""

    def mark(self, info: dict[Any, Any], url: DatabaseUrl) -> None:
        """Declare the connection or pool record of that `info` as one that may be used in the run."""
        info[MARK] = self
        info[GOES_TO] = url

    def led_elsewhere(self) -> tuple[tuple[Target, DatabaseUrl], ...]:
        """The targets that somebody named and that are not where their connections went."""
        named = ((asked, url) for asked, url in self.targets.items() if asked.host != UNNAMED_HOST)
        return tuple((asked, url) for asked, url in named if asked != Target.of_url(url))

    def choose(self, asked: Target) -> DatabaseUrl:
        """Where a connection to `asked` goes. Raises SeveralDatabasesError for a second one."""
        url = self._choices.get(asked)
        if url is None and self._choices:
            url = self._choices.get(Target("*", 0, asked.database))
        if url is None:
            known = [one for one in self.targets if one not in self._choices]
            if self._choices or (known and known != [asked]):
                names = sorted({str(one) for one in (*self.targets, asked)})
                self.stopped = SeveralDatabasesError(tuple(names))
                raise self.stopped
            url = self._url
        self.targets.setdefault(asked, url)
        return url

    def connect(self, dialect: Dialect, record: Any, arguments: list[Any], parameters: dict[str, Any]) -> Any:
        """SQLAlchemy's `do_connect`: a connection to the chosen database, or None to leave it alone."""
        if not self._opened.insiders.here() or dialect.name != "postgresql":
            return None
        if dialect.driver not in KNOWN_DRIVERS:
            raise self._stop(f"with the driver {dialect.driver}, which cannot be led")
        url = self.choose(Target.of_parameters(arguments, parameters))
        if record is not None:
            self.mark(record.info, url)
            self._records.append(record)
        self._allowed.now = True
        try:
            made = dialect.connect(**redirected_parameters(dialect.driver, url, parameters))
        finally:
            self._allowed.now = False
        if self.prepare is not None:
            self.prepare(made)
        return made

    def connected(self, dbapi_connection: Any, record: Any) -> None:
        """A pool has a new connection: refuse one that an engine's own `creator` made."""
        if self._is_foreign(dbapi_connection, record):
            raise self._stop("by an engine with a `creator` of its own")

    def checked_out(self, dbapi_connection: Any, record: Any, fairy: Any) -> None:
        """A pool lends a connection: have one from before the run replaced."""
        del fairy
        if self._is_foreign(dbapi_connection, record):
            raise DisconnectionError("the connection was made before the run and leads elsewhere")

    def guarded(self, original: Callable[..., Any], name: str) -> Callable[..., Any]:
        """A driver's `connect` that only `connect` above, and other threads, may call."""

        def connect(*args: Any, **kwargs: Any) -> Any:
            if self._opened.insiders.here() and not getattr(self._allowed, "now", False):
                raise self._stop(f"with {name}.connect()")
            return original(*args, **kwargs)

        return connect

    def end(self) -> None:
        """Close what pools still hold of this run's connections."""
        for record in self._records:
            if record.dbapi_connection is not None:
                record.invalidate()
        self._records.clear()

    def _is_foreign(self, dbapi_connection: Any, record: Any) -> bool:
        module = type(dbapi_connection).__module__
        postgres = module.startswith(_DRIVER_MODULES) or "postgresql" in module
        return postgres and self._opened.insiders.here() and record.info.get(MARK) is not self

    def _stop(self, how: str) -> WentElsewhereError:
        path, line = self._caller()
        self.stopped = WentElsewhereError(path, line, how)
        return self.stopped

    def _caller(self) -> tuple[str, int | None]:
        """The innermost line of the project's own files that is running now."""
        root = Path(self._opened.env_py).parent
        for frame in reversed(traceback.extract_stack()):
            path = Path(frame.filename)
            if (path.is_relative_to(root) or path.is_relative_to(Path.cwd())) and not _is_installed(path):
                return frame.filename, frame.lineno
        return str(self._opened.env_py), None


@contextmanager
def redirected(
    opened: Opened, url: DatabaseUrl, databases: Mapping[str, DatabaseUrl]
) -> Iterator[Redirection]:
    """Lead the connections of the run to `url`, or each to the URL that `databases` names for it."""
    redirection = Redirection(opened, url, _choices(opened, databases))
    with ExitStack() as stack:
        stack.callback(redirection.end)
        stack.enter_context(
            listening(
                (Engine, "do_connect", redirection.connect),
                (Pool, "connect", redirection.connected),
                (Pool, "checkout", redirection.checked_out),
            )
        )
        for owner, name in _raw_connects(opened):
            guard = redirection.guarded(getattr(owner, "connect"), name)  # noqa: B009 - modules without stubs
            stack.enter_context(replaced(owner, "connect", guard))
        yield redirection


def _choices(opened: Opened, databases: Mapping[str, DatabaseUrl]) -> dict[Target, DatabaseUrl]:
    """The chosen URL by what the file asks for: an ini section's URL, `host/name`, or just a name."""
    choices: dict[Target, DatabaseUrl] = {}
    for name, url in databases.items():
        host, _, database = name.rpartition("/")
        choices[Target(host or "*", 5432 if host else 0, database)] = url
        section = opened.config.get_section(name, {}) if opened.config.file_config.has_section(name) else {}
        configured = (section or {}).get("sqlalchemy.url")
        if configured:
            choices[Target.of_url(DatabaseUrl.parse(configured))] = url
    return choices


def _raw_connects(opened: Opened) -> Iterator[tuple[Any, str]]:
    """The drivers' own doors, of those drivers that are loaded or that `env.py` names."""
    try:
        text = opened.env_py.read_text(encoding="utf-8", errors="replace")
    except OSError:  # running it tells
        text = ""
    for name in _DRIVER_MODULES:
        named = name in text and importlib.util.find_spec(name) is not None
        if name in sys.modules or named:
            module = importlib.import_module(name)
            yield module, name
            for kind in ("Connection", "AsyncConnection"):
                owner = getattr(module, kind, None)
                if name == "psycopg" and owner is not None:
                    yield owner, f"{name}.{kind}"


def _is_installed(path: Path) -> bool:
    return "site-packages" in path.parts or Path(__file__).parent.parent in path.parents
