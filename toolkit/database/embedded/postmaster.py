"""Which process serves a data folder: reading `postmaster.pid` without believing it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The server process of a data folder."""

    pid: int
    port: int


def running_postmaster(data: Path) -> Postmaster | None:
    """The live server of a data folder, None when there is none or the pid file is stale."""
    lines = _lines(data)
    if lines is None or len(lines) < 4 or not (lines[0].isdigit() and lines[3].isdigit()):
        return None
    pid, port = int(lines[0]), int(lines[3])
    return Postmaster(pid, port) if _serves(pid, data) else None


def drop_stale_pid_file(data: Path) -> bool:
    """Remove a pid file whose process is gone or another program; True if there was one.

    PostgreSQL does this itself when no process has the number, but refuses to start when another program of
    the same account got it.
    """
    lines = _lines(data)
    if lines is None:
        return False
    if lines and lines[0].isdigit() and _serves(int(lines[0]), data):
        return False
    (data / "postmaster.pid").unlink(missing_ok=True)
    return True


def _lines(data: Path) -> list[str] | None:
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text("utf-8").splitlines()]
    except OSError:
        return None


def _serves(pid: int, data: Path) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
            return False
        # A postmaster works in its data folder. Where the system hides that, the name has to do: taking a
        # stranger for our server only makes the start fail with PostgreSQL's own message.
        with contextlib.suppress(psutil.AccessDenied):
            return Path(process.cwd()).resolve() == data.resolve()
    except psutil.NoSuchProcess:
        return False
    return True
