"""A PostgreSQL server of our own: found programs, a data folder per project, started and stopped by us.

Here live the programs' provider, the account that runs them, the folders and the process. What is done with
a running server (engines, scratch databases) lives one level up.
"""

from toolkit.database.embedded.binaries import ServerBinaries, find_binaries
from toolkit.database.embedded.errors import (
    NoServerAccountError,
    NoServerBinariesError,
    PortTakenError,
    ServerBusyError,
    ServerNotOursError,
    ServerNotStartedError,
    ServerProgramFailedError,
    ServerVersionMismatchError,
    UnusableFolderError,
)
from toolkit.database.embedded.server import EmbeddedServer
from toolkit.database.embedded.state import RunningServer, ServerStatus

__all__ = [
    "EmbeddedServer",
    "NoServerAccountError",
    "NoServerBinariesError",
    "PortTakenError",
    "RunningServer",
    "ServerBinaries",
    "ServerBusyError",
    "ServerNotOursError",
    "ServerNotStartedError",
    "ServerProgramFailedError",
    "ServerStatus",
    "ServerVersionMismatchError",
    "UnusableFolderError",
    "find_binaries",
]
