"""The one place where the cockpit calls the core, a module per mode. Imported after the first paint.

Every method blocks and is called in a worker thread. It turns results of the core into `facts`, which are
texts and figures ready to be drawn; it decides nothing. A part is imported by whoever asks for it first: the
database has answered before the last room of the core is loaded. One thread imports at a time: of packages
that import each other in circles, two threads that begin at different ends get halves.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from toolkit.tui.backend.opened import LOADING, Opened

if TYPE_CHECKING:
    from toolkit.tui.backend.activity import ActivityBackend
    from toolkit.tui.backend.connections import ConnectionsBackend
    from toolkit.tui.backend.importing import ImportBackend
    from toolkit.tui.backend.isolation import IsolationBackend
    from toolkit.tui.backend.migrations import MigrationsBackend
    from toolkit.tui.backend.overview import OverviewBackend
    from toolkit.tui.backend.schema import SchemaBackend
    from toolkit.workspace import Workspace


class Backend:
    """One opened workspace, read and changed for the screens."""

    def __init__(self, workspace: Workspace) -> None:
        self.opened = Opened(workspace)
        self._parts: dict[str, Any] = {}

    @property
    def connections(self) -> ConnectionsBackend:
        """Which databases there are to connect to."""
        found: ConnectionsBackend = self._part("connections", "ConnectionsBackend")
        return found

    @property
    def overview(self) -> OverviewBackend:
        """Mode 1."""
        found: OverviewBackend = self._part("overview", "OverviewBackend")
        return found

    @property
    def schema(self) -> SchemaBackend:
        """Mode 2."""
        found: SchemaBackend = self._part("schema", "SchemaBackend")
        return found

    @property
    def migrations(self) -> MigrationsBackend:
        """Mode 3."""
        found: MigrationsBackend = self._part("migrations", "MigrationsBackend")
        return found

    @property
    def importing(self) -> ImportBackend:
        """Mode 4."""
        found: ImportBackend = self._part("importing", "ImportBackend")
        return found

    @property
    def isolation(self) -> IsolationBackend:
        """Mode 5."""
        found: IsolationBackend = self._part("isolation", "IsolationBackend")
        return found

    @property
    def activity(self) -> ActivityBackend:
        """Mode 6."""
        found: ActivityBackend = self._part("activity", "ActivityBackend")
        return found

    def _part(self, module: str, name: str) -> Any:
        """The one part of its kind, for all threads: it keeps what it has read."""
        with LOADING:
            if module not in self._parts:
                make: Callable[[Opened], Any] = getattr(import_module(f"{__name__}.{module}"), name)
                self._parts[module] = make(self.opened)
            return self._parts[module]
