"""One process at a time starts or stops a server: a file lock that dies with its holder."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.database.embedded.errors import ServerBusyError, UnusableFolderError

_POLL_SECONDS = 0.05

if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try_lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def folder_lock(path: Path, *, seconds: float, check: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file while the block runs.

    `check` is called while waiting and may raise to give up.

    Raises:
        ServerBusyError: another process held it longer than `seconds`.
        UnusableFolderError: the file cannot be made.
    """
    deadline = time.monotonic() + seconds
    handle = _acquire(path, deadline, seconds, check)
    try:
        yield
    finally:
        os.close(handle)


def _acquire(path: Path, deadline: float, seconds: float, check: Callable[[], None]) -> int:
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise UnusableFolderError(str(path.parent), error.strerror or str(error)) from error
        try:
            _try_lock(handle)
        except OSError:
            os.close(handle)
        else:
            if _still_there(handle, path):
                return handle
            os.close(handle)
        check()
        if time.monotonic() > deadline:
            raise ServerBusyError(str(path.parent), seconds)
        time.sleep(_POLL_SECONDS)


def _still_there(handle: int, path: Path) -> bool:
    """Whether the locked file is the one the path names: `destroy` may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
