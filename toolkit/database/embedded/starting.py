"""Launching the server process on a free port of the loopback address.

TCP only: a socket folder would have to be short, private and removed after a crash, and nothing needs it.
"""

from __future__ import annotations

import contextlib
import socket
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database.embedded.errors import PortTakenError, ServerProgramFailedError
from toolkit.database.embedded.installation import Installation
from toolkit.database.embedded.layout import Layout, read_record, write_record
from toolkit.database.embedded.postmaster import Postmaster, running_postmaster
from toolkit.database.embedded.programs import Programs

HOST: Final = "127.0.0.1"
_ATTEMPTS: Final = 5
_START_SECONDS: Final = 120  # a recovery after a crash may take its time

_SETTINGS: Final = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "log_checkpoints": "off",
}
_THROWAWAY: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
    "max_wal_size": "2GB",
}


def launch(
    layout: Layout,
    installation: Installation,
    programs: Programs,
    *,
    durable: bool,
    port: int | None,
    cancel: CancelToken | None,
) -> Postmaster:
    """Start the server and wait until it accepts connections.

    Without a `port` the one of the last start is taken if it is free, else any.

    Raises:
        PortTakenError: the port asked for is in use.
        ServerProgramFailedError: the server did not come up; holds the end of its log.
    """
    for attempt in range(_ATTEMPTS):
        chosen = port or _choose(layout, again=attempt > 0)
        if port is not None and not is_free(port):
            raise PortTakenError(port)
        try:
            _start(layout, installation, programs, durable=durable, port=chosen, cancel=cancel)
        except ServerProgramFailedError as error:
            if "Address already in use" not in _log_tail(layout):
                raise ServerProgramFailedError(error.program, error.exit_status, _relevant(layout)) from None
            if port is not None:
                raise PortTakenError(port) from None
            continue
        running = running_postmaster(layout.data)
        if running is not None:
            write_record(layout, durable=durable, port=running.port)
            return running
    raise ServerProgramFailedError("pg_ctl", 1, _relevant(layout))


def is_free(port: int) -> bool:
    """Whether the loopback port can be bound now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _choose(layout: Layout, *, again: bool) -> int:
    record = read_record(layout)
    if record is not None and record.port is not None and not again and is_free(record.port):
        return record.port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _start(
    layout: Layout,
    installation: Installation,
    programs: Programs,
    *,
    durable: bool,
    port: int,
    cancel: CancelToken | None,
) -> None:
    # Written before the process exists, so that whatever a crash leaves behind can be stopped and removed.
    write_record(layout, durable=durable, port=port)
    layout.log.unlink(missing_ok=True)
    settings = _SETTINGS | ({} if durable else _THROWAWAY) | {"port": str(port)}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    pg_ctl = installation.binaries.program("pg_ctl")
    try:
        programs.run(
            [
                pg_ctl,
                "start",
                f"--pgdata={layout.data}",
                f"--log={layout.log}",
                f"--options={options}",
                "--wait",
                f"--timeout={_START_SECONDS}",
                "--silent",
            ],
            cancel=cancel,
        )
    except BaseException:
        if running_postmaster(layout.data) is not None:
            with contextlib.suppress(ServerProgramFailedError):
                programs.run([pg_ctl, "stop", f"--pgdata={layout.data}", "--mode=immediate", "--silent"])
        raise


def _log_tail(layout: Layout) -> str:
    try:
        return layout.log.read_text("utf-8", "replace")[-4000:]
    except OSError:
        return ""


def _relevant(layout: Layout) -> tuple[str, ...]:
    lines = [line for line in _log_tail(layout).splitlines() if line.strip()]
    return tuple(line for line in lines if "FATAL" in line or "HINT" in line) or tuple(lines[-5:])
