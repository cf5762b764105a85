"""The workspace the cockpit has open, as configured or armed. Shared by all parts of the backend."""

from __future__ import annotations

import time
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Final

from toolkit.errors import NeonkitError
from toolkit.friction import Deed, demand
from toolkit.tui.facts.connection import Identity

if TYPE_CHECKING:
    from toolkit.workspace import Workspace

LOADING: Final = RLock()
"""Held by the thread that imports rooms of the core, or the driver."""
_DRIVER: Final = "sqlalchemy.dialects.postgresql.psycopg2"


class Opened:
    """One opened workspace; `workspace` is the one to use now."""

    def __init__(self, workspace: Workspace) -> None:
        self._as_configured = workspace
        self.workspace = workspace

    @property
    def host(self) -> str:
        """Where connections go, as far as the settings tell."""
        try:
            return self.workspace.urls.main.host or "the local socket"
        except NeonkitError:
            return "the database"  # asking it for its identity tells what is wrong

    def close(self) -> None:
        """Let go of all connections; there are none where no database is configured or its server stands."""
        try:
            database = self.workspace.database
        except NeonkitError:
            return
        database.dispose()

    def arm(self) -> None:
        """From now on sessions may write."""
        self.workspace = self._as_configured.armed()

    def disarm(self) -> None:
        """Back to sessions as they are configured; the writing ones are closed."""
        if self.workspace is not self._as_configured:
            self.workspace.database.dispose()
            self.workspace = self._as_configured

    def to_type(
        self, database: str, *, reversible: bool, losses: tuple[str, ...] = (), busy: bool = False
    ) -> tuple[str, ...]:
        """The names that the ladder of friction wants typed before a write, in order."""
        deed = Deed.REVERSIBLE_WRITE if reversible else Deed.WRITE
        environment = self.workspace.settings.environment
        return demand(deed, environment, database, losses=losses, busy=busy).to_type

    def identity(self) -> Identity:
        """Connect and ask who we are."""
        started = time.perf_counter()
        with LOADING:
            import_module(_DRIVER)
            database = self.workspace.database
        found = database.describe()
        return Identity(
            environment=self.workspace.settings.environment,
            host=found.host or "local socket",
            database=found.database,
            role=found.role,
            version=found.version,
            pooled=found.pooled,
            read_only=found.read_only or self.workspace.settings.read_only,
            bypasses_policies=found.bypasses_rls,
            milliseconds=(time.perf_counter() - started) * 1000,
            notices=tuple(notice.sentence for notice in self.workspace.database.notices),
        )
