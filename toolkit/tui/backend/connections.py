"""The connections that can be picked, and the project's embedded server. No secret leaves this module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from toolkit.database import DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.errors import NeonkitError
from toolkit.settings.choices import ProfileChoice, connection_source, profile_choices
from toolkit.tui.facts.connection import SERVER, STARTED, Choice

if TYPE_CHECKING:
    from toolkit.cancel import CancelToken
    from toolkit.events import Emit
    from toolkit.settings import Settings
    from toolkit.tui.backend.opened import Opened
    from toolkit.workspace import Workspace

ROLE = "neonkit"
"""Who owns the embedded server."""


class ConnectionsBackend:
    """What the connection picker asks."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def choices(self, started: Workspace, used: Mapping[str, str]) -> tuple[Choice, ...]:
        """The connection the program was started with, the profiles, and the embedded server.

        `used` tells by name when each was opened last.
        """
        settings = started.settings
        url, source = connection_source(settings)
        profiles = profile_choices(settings.start_dir, started.given_flags())
        if url is None:
            return (_server(settings, STARTED, used), *(_profile(each, used) for each in profiles))
        own = ProfileChoice(STARTED, settings.environment, settings.read_only, url, source)
        return (
            _profile(own, used, kind="started"),
            *(_profile(each, used) for each in profiles),
            _server(settings, SERVER, used),
        )

    def start_server(self, emit: Emit, cancel: CancelToken) -> str:
        """Start the project's embedded server, making it first if need be; a sentence about it."""
        server = EmbeddedServer(self._opened.workspace.settings.server_dir, durable=True)
        running = server.start(emit, cancel)
        return f"the embedded server runs on port {running.port}"


def _profile(found: ProfileChoice, used: Mapping[str, str], kind: str = "profile") -> Choice:
    host = database = role = ""
    problem = found.problem
    if found.url is None:
        problem = problem or "it names no database, and no DATABASE_URL is set"
    else:
        try:
            url = DatabaseUrl.parse(found.url)
            host, role = url.host or "local socket", url.username or ""
            database = url.database or role
        except NeonkitError as error:
            problem = error.sentence
    return Choice(
        kind="started" if kind == "started" else "profile",
        name=found.name,
        environment=found.environment,
        read_only=found.read_only,
        host=host,
        database=database,
        role=role,
        source=found.source,
        last_used=used.get(found.name, ""),
        problem=problem,
    )


def _server(settings: Settings, name: str, used: Mapping[str, str]) -> Choice:
    status = EmbeddedServer(settings.server_dir, durable=True).status()
    running = status.state == "running"
    return Choice(
        kind="server",
        name=name,
        environment=settings.environment,
        read_only=settings.read_only,
        host=f"127.0.0.1:{status.port}" if running else f"{status.state}, opening it starts it",
        database=settings.server_database,
        role=ROLE,
        source=f"a file in {settings.server_dir}",
        last_used=used.get(name, ""),
    )
