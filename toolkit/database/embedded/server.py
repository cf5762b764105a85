"""The embedded server of one folder: start, stop, status, destroy.

Start and stop are idempotent and hold the folder's lock. Statuses are values; nothing is remembered between
calls but what the folder says, so any process may stop what another started.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.cancel import CancelToken
from toolkit.database.embedded import layout as places
from toolkit.database.embedded.account import server_account
from toolkit.database.embedded.binaries import find_binaries
from toolkit.database.embedded.cluster import SUPERUSER, check_version, make_cluster, read_password
from toolkit.database.embedded.errors import ServerNotStartedError
from toolkit.database.embedded.installation import Installation, install
from toolkit.database.embedded.layout import Layout
from toolkit.database.embedded.lock import folder_lock
from toolkit.database.embedded.postmaster import Postmaster, drop_stale_pid_file, running_postmaster
from toolkit.database.embedded.programs import Programs
from toolkit.database.embedded.starting import HOST, launch
from toolkit.database.embedded.watchdog_process import Watchdog
from toolkit.database.url import DatabaseUrl
from toolkit.events import Emit, Notice, StepFinished, StepStarted, unheard

_LOCK_SECONDS = 60.0
_STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that accepts connections."""

    url: DatabaseUrl
    """Database `postgres`, as the superuser."""
    pid: int
    port: int
    version: str
    home: Path
    started: bool
    """False when it ran already."""


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known about the server of a folder."""

    state: Literal["absent", "stopped", "running"]
    directory: Path
    home: Path
    durable: bool | None = None
    major_version: str | None = None
    pid: int | None = None
    port: int | None = None
    url: str | None = None
    """With the password masked."""


class EmbeddedServer:
    """The server of one folder.

    A `durable` server outlives the process and keeps its data safe through a crash of the machine. One that
    is not runs without fsync and is stopped and removed when this process ends, however it ends.
    """

    def __init__(self, directory: Path, *, durable: bool, binaries: Path | None = None) -> None:
        self.directory = directory
        self.durable = durable
        self._explicit = binaries
        self._watchdog: Watchdog | None = None

    def start(
        self, emit: Emit = unheard, cancel: CancelToken | None = None, *, port: int | None = None
    ) -> RunningServer:
        """Start the server, making its data folder first if there is none.

        Raises:
            NoServerBinariesError, UnusableFolderError, ServerVersionMismatchError, PortTakenError,
            ServerNotOursError, ServerBusyError, ServerProgramFailedError, CancelledError.
        """
        layout = self._layout()
        account = server_account(layout.home)
        installation = install(find_binaries(self._explicit), account)
        places.make_home(layout, account)
        with self._locked(layout, cancel):
            if places.read_record(layout.directory) is None:
                places.write_record(layout, durable=self.durable, port=None)
            programs = Programs(account, layout.home)
            running = running_postmaster(layout.data)
            if running is None:
                self._prepare(layout, installation, programs, emit, cancel)
                began = time.monotonic()
                emit(StepStarted("start server", str(layout.directory)))
                running = launch(
                    layout, installation, programs, durable=self.durable, port=port, cancel=cancel
                )
                self._guard(layout, installation, programs)
                emit(StepFinished("start server", "done", f"port {running.port}", time.monotonic() - began))
                return self._describe(layout, running, installation.version, started=True)
            emit(StepFinished("start server", "unchanged", f"port {running.port}"))
            return self._describe(layout, running, installation.version, started=False)

    def stop(self, emit: Emit = unheard) -> bool:
        """Stop the server in the fast way: sessions are ended, data is kept. False if it did not run."""
        layout = self._layout()
        if not layout.directory.exists() or places.read_record(layout.directory) is None:
            return False
        with self._locked(layout, None):
            return self._stop(layout, emit, mode="fast")

    def status(self) -> ServerStatus:
        """What is there, without changing anything."""
        layout = self._layout()
        record = places.read_record(layout.directory)
        if record is None or not layout.made:
            return ServerStatus("absent", layout.directory, layout.home)
        major = (layout.data / "PG_VERSION").read_text("utf-8").strip()
        running = running_postmaster(layout.data)
        if running is None:
            return ServerStatus(
                "stopped", layout.directory, layout.home, record.durable, major, port=record.port
            )
        masked = self._address(layout, running, "postgres").masked
        return ServerStatus(
            "running", layout.directory, layout.home, record.durable, major, running.pid, running.port, masked
        )

    def url(self, database: str = "postgres") -> DatabaseUrl:
        """The URL of a database of the running server.

        Raises:
            ServerNotStartedError: it does not run.
        """
        layout = self._layout()
        running = running_postmaster(layout.data) if layout.made else None
        if running is None:
            raise ServerNotStartedError(str(self.directory), made=layout.made)
        return self._address(layout, running, database)

    def destroy(self, emit: Emit = unheard) -> bool:
        """Stop the server and remove its data. False if there was nothing.

        Raises:
            ServerNotOursError: the folder was not made by this class; nothing is changed.
        """
        layout = self._layout()
        if not layout.directory.exists():
            return False
        if places.read_record(layout.directory) is None:
            places.remove(layout)
        with self._locked(layout, None):
            self._stop(layout, emit, mode="immediate")
            places.remove(layout)
        if self._watchdog is not None:
            self._watchdog.dismiss()
            self._watchdog = None
        return True

    def _layout(self) -> Layout:
        return places.find_layout(self.directory)

    def _locked(self, layout: Layout, cancel: CancelToken | None) -> contextlib.AbstractContextManager[None]:
        check = cancel.raise_if_cancelled if cancel is not None else (lambda: None)
        return folder_lock(layout.lock, seconds=_LOCK_SECONDS, check=check)

    def _prepare(
        self,
        layout: Layout,
        installation: Installation,
        programs: Programs,
        emit: Emit,
        cancel: CancelToken | None,
    ) -> None:
        if not layout.made:
            began = time.monotonic()
            emit(StepStarted("make server", str(layout.directory)))
            make_cluster(layout, installation, programs, durable=self.durable, cancel=cancel)
            emit(StepFinished("make server", "done", installation.version, time.monotonic() - began))
        check_version(layout, installation)
        if drop_stale_pid_file(layout.data):
            emit(Notice("warning", "The server had not been stopped in order; it recovers now."))

    def _guard(self, layout: Layout, installation: Installation, programs: Programs) -> None:
        if not self.durable and self._watchdog is None:
            self._watchdog = Watchdog.over(layout, installation, programs, self.destroy)

    def _stop(self, layout: Layout, emit: Emit, *, mode: Literal["fast", "immediate"]) -> bool:
        if running_postmaster(layout.data) is None:
            return False
        account = server_account(layout.home)
        installation = install(find_binaries(self._explicit), account)
        emit(StepStarted("stop server", str(layout.directory)))
        Programs(account, layout.home).run(
            [
                installation.binaries.program("pg_ctl"),
                "stop",
                f"--pgdata={layout.data}",
                f"--mode={mode}",
                "--wait",
                f"--timeout={_STOP_SECONDS}",
            ]
        )
        emit(StepFinished("stop server"))
        return True

    def _describe(self, layout: Layout, running: Postmaster, version: str, *, started: bool) -> RunningServer:
        url = self._address(layout, running, "postgres")
        return RunningServer(url, running.pid, running.port, version, layout.home, started)

    def _address(self, layout: Layout, running: Postmaster, database: str) -> DatabaseUrl:
        return DatabaseUrl(
            username=SUPERUSER,
            password=read_password(layout),
            host=HOST,
            port=running.port,
            database=database,
        )
