"""What is told about a server: values without a connection, masked where there is a password."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from toolkit.database.url import DatabaseUrl


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that accepts connections."""

    url: DatabaseUrl
    """Database `postgres`, as the superuser."""
    pid: int
    port: int
    version: str
    """Of the programs: `18.6`."""
    log: Path
    started: bool
    """False when it ran already."""


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known about the server of a directory."""

    state: Literal["absent", "stopped", "running"]
    directory: Path
    data: Path
    log: Path
    durable: bool | None = None
    major_version: str | None = None
    pid: int | None = None
    port: int | None = None
    """The one in use, or that of the last start."""
    account: str | None = None
    """The account that runs it, where that is not our own."""
    url: str | None = None
    """With the password masked."""
