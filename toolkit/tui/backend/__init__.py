"""The one place where the cockpit calls the core, a module per mode. Imported after the first paint.

Every method blocks and is called in a worker thread. It turns results of the core into `facts`, which are
texts and figures ready to be drawn; it decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.tui.backend.activity import ActivityBackend
from toolkit.tui.backend.connections import ConnectionsBackend
from toolkit.tui.backend.importing import ImportBackend
from toolkit.tui.backend.isolation import IsolationBackend
from toolkit.tui.backend.migrations import MigrationsBackend
from toolkit.tui.backend.opened import Opened
from toolkit.tui.backend.overview import OverviewBackend
from toolkit.tui.backend.schema import SchemaBackend

if TYPE_CHECKING:
    from toolkit.workspace import Workspace


class Backend:
    """One opened workspace, read and changed for the screens."""

    def __init__(self, workspace: Workspace) -> None:
        self.opened = Opened(workspace)
        self.connections = ConnectionsBackend(self.opened)
        self.schema = SchemaBackend(self.opened)
        self.migrations = MigrationsBackend(self.opened)
        self.importing = ImportBackend(self.opened)
        self.isolation = IsolationBackend(self.opened)
        self.activity = ActivityBackend(self.opened)
        self.overview = OverviewBackend(self.opened)
