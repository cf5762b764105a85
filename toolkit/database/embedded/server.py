"""The embedded server of one directory: start, stop, status, destroy.

Start and stop are idempotent and hold the directory's lock. Nothing is remembered between calls but what the
folders say, so any process may stop what another one started.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Literal

from toolkit.cancel import CancelToken
from toolkit.database.embedded import folders
from toolkit.database.embedded.account import server_account
from toolkit.database.embedded.binaries import find_binaries
from toolkit.database.embedded.cluster import SUPERUSER, check_version, make_cluster, read_password
from toolkit.database.embedded.errors import ServerNotOursError, ServerNotStartedError
from toolkit.database.embedded.installation import Installation, install
from toolkit.database.embedded.layout import Layout, find_layout, read_record
from toolkit.database.embedded.lock import folder_lock
from toolkit.database.embedded.postmaster import Postmaster, drop_stale_pid_file, running_postmaster
from toolkit.database.embedded.programs import Programs
from toolkit.database.embedded.starting import HOST, launch
from toolkit.database.embedded.state import RunningServer, ServerStatus
from toolkit.database.embedded.watchdog_process import Watchdog
from toolkit.database.url import DatabaseUrl
from toolkit.events import Emit, Notice, StepFinished, StepStarted, unheard

_LOCK_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 60


class EmbeddedServer:
    """The server of one directory.

    A `durable` server outlives the process and keeps its data through a crash of the machine. A throw-away
    one runs without fsync, and is stopped and removed when the process that started it ends, however it ends.
    `binaries` is a PostgreSQL bin folder to use instead of looking for one.
    """

    def __init__(self, directory: Path, *, durable: bool, binaries: Path | None = None) -> None:
        self.directory = directory
        self.durable = durable
        self._binaries = binaries
        self._watchdog: Watchdog | None = None

    def start(
        self, emit: Emit = unheard, cancel: CancelToken | None = None, *, port: int | None = None
    ) -> RunningServer:
        """Start the server on the loopback address, making its data first if there is none.

        Raises:
            NoServerBinariesError, NoServerAccountError, UnusableFolderError, ServerVersionMismatchError,
            PortTakenError, ServerNotOursError, ServerBusyError, ServerProgramFailedError, CancelledError.
        """
        layout = find_layout(self.directory)
        account = server_account(layout)
        installation = install(find_binaries(self._binaries), account)
        folders.check_kind(layout, durable=self.durable)
        folders.make_anchor(layout)
        with self._locked(layout, cancel):
            folders.claim(layout, durable=self.durable)
            running = running_postmaster(layout.data)
            if running is not None:
                emit(StepFinished("start server", "unchanged", f"port {running.port}"))
                return self._describe(layout, running, installation, started=False)
            folders.make_cluster_folder(layout, account)
            programs = Programs(account, layout.cluster)
            self._make_data(layout, installation, programs, emit, cancel)
            began = time.monotonic()
            emit(StepStarted("start server", str(layout.directory)))
            running = launch(layout, installation, programs, durable=self.durable, port=port, cancel=cancel)
            if not self.durable and self._watchdog is None:
                self._watchdog = Watchdog.over(layout, installation, programs, self.destroy)
            emit(StepFinished("start server", "done", f"port {running.port}", time.monotonic() - began))
            return self._describe(layout, running, installation, started=True)

    def stop(self, emit: Emit = unheard) -> bool:
        """Stop the server: sessions are ended, data is kept. False if it did not run."""
        layout = find_layout(self.directory)
        if read_record(layout) is None:
            return False
        with self._locked(layout, None):
            return self._stop(layout, emit, "fast")

    def status(self) -> ServerStatus:
        """What is there, without changing anything."""
        layout = find_layout(self.directory)
        record = read_record(layout)
        if record is None or not layout.has_data:
            return ServerStatus("absent", layout.directory, layout.data, layout.log)
        running = running_postmaster(layout.data)
        account = server_account(layout)
        return ServerStatus(
            state="running" if running else "stopped",
            directory=layout.directory,
            data=layout.data,
            log=layout.log,
            durable=record.durable,
            major_version=(layout.data / "PG_VERSION").read_text("utf-8").strip(),
            pid=running.pid if running else None,
            port=running.port if running else record.port,
            account=account.name if account else None,
            url=_address(layout, running, "postgres").masked if running else None,
        )

    def url(self, database: str = "postgres") -> DatabaseUrl:
        """The URL of a database of the running server, as its superuser.

        Raises:
            ServerNotStartedError: it does not run.
        """
        layout = find_layout(self.directory)
        running = running_postmaster(layout.data) if layout.has_data else None
        if running is None:
            raise ServerNotStartedError(str(layout.directory), made=layout.has_data)
        return _address(layout, running, database)

    def destroy(self, emit: Emit = unheard) -> bool:
        """Stop the server and remove its data. False if there was nothing.

        Raises:
            ServerNotOursError: the directory was not made by this class, or holds a server of the other kind;
                nothing is changed.
        """
        layout = find_layout(self.directory)
        if read_record(layout) is None:
            if not layout.directory.is_dir() or not any(layout.directory.iterdir()):
                return False
            raise ServerNotOursError(str(layout.directory), "it has no record of ours")
        folders.check_kind(layout, durable=self.durable)
        with self._locked(layout, None):
            self._stop(layout, emit, "immediate")
            folders.remove(layout)
        if self._watchdog is not None:
            self._watchdog.dismiss()
            self._watchdog = None
        return True

    def _locked(self, layout: Layout, cancel: CancelToken | None) -> AbstractContextManager[None]:
        check = cancel.raise_if_cancelled if cancel is not None else lambda: None
        return folder_lock(layout.lock, seconds=_LOCK_SECONDS, check=check)

    def _make_data(
        self,
        layout: Layout,
        installation: Installation,
        programs: Programs,
        emit: Emit,
        cancel: CancelToken | None,
    ) -> None:
        """`initdb` when there is no data; else see that data and programs fit together."""
        if layout.has_data:
            check_version(layout, installation)
            if drop_stale_pid_file(layout.data):
                emit(Notice("warning", "The server was not stopped in order last time; it recovers now."))
            return
        began = time.monotonic()
        emit(StepStarted("make server", str(layout.directory)))
        make_cluster(layout, installation, programs, durable=self.durable, cancel=cancel)
        emit(StepFinished("make server", "done", installation.version, time.monotonic() - began))

    def _stop(self, layout: Layout, emit: Emit, mode: Literal["fast", "immediate"]) -> bool:
        if running_postmaster(layout.data) is None:
            return False
        account = server_account(layout)
        installation = install(find_binaries(self._binaries), account)
        pg_ctl = installation.binaries.program("pg_ctl")
        began = time.monotonic()
        emit(StepStarted("stop server", str(layout.directory)))
        Programs(account, layout.cluster).run(
            [pg_ctl, "stop", f"--pgdata={layout.data}", f"--mode={mode}", f"--timeout={_STOP_SECONDS}"]
        )
        emit(StepFinished("stop server", seconds=time.monotonic() - began))
        return True

    def _describe(
        self, layout: Layout, running: Postmaster, installation: Installation, *, started: bool
    ) -> RunningServer:
        url = _address(layout, running, "postgres")
        return RunningServer(url, running.pid, running.port, installation.version, layout.log, started)


def _address(layout: Layout, running: Postmaster, database: str) -> DatabaseUrl:
    password = read_password(layout)
    return DatabaseUrl(username=SUPERUSER, password=password, host=HOST, port=running.port, database=database)
