"""The raw bytes of one source: counted, hashed, and watched for changes while they are read."""

from __future__ import annotations

import atexit
import hashlib
import io
import os
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from toolkit.transfer.errors import SourceNotFoundError
from toolkit.transfer.sources.errors import SourceChangedError
from toolkit.transfer.sources.located import Bytes, FileSource, PathSource


class RawInput:
    """One pass over the bytes of a source, in chunks. `digest` is there after the last one."""

    def __init__(self, source: Bytes, chunk: int) -> None:
        """Open it. Raises `SourceNotFoundError`."""
        self.label = source.label
        self.bytes_read = 0
        self.total_bytes: int | None = None
        self.digest: str | None = None
        self._chunk = chunk
        self._file = _opened(source)
        self._regular = _facts(self._file)
        if isinstance(source, FileSource):
            self.total_bytes = len(source.content)
        elif self._regular is not None:
            self.total_bytes = self._regular[0]

    def chunks(self) -> Iterator[bytes]:
        """The bytes. Raises `SourceChangedError` at the end, and `SourceNotFoundError` if reading fails."""
        hashed = hashlib.sha256()
        while chunk := self._read():
            self.bytes_read += len(chunk)
            hashed.update(chunk)
            yield chunk
        self._require_unchanged()
        self.digest = hashed.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read(self) -> bytes:
        try:
            return self._file.read(self._chunk)
        except OSError as error:
            raise SourceNotFoundError(self.label, error.strerror or "it cannot be read") from None

    def _require_unchanged(self) -> None:
        if self._regular is None:
            return
        size, _ = self._regular
        now = _facts(self._file)
        if self.bytes_read != size:
            raise SourceChangedError(
                self.label, f"it had {size} bytes when it was opened, and {self.bytes_read} were read"
            )
        if now != self._regular:
            raise SourceChangedError(self.label, "it was written to in between")


_one_at_a_time = threading.Lock()
_kept: dict[object, IO[bytes]] = {}
"""What came out of pipes, by the pipe: it can be taken from one only once."""


def forget(path: Path) -> None:
    """Drop what came out of a named pipe before: who names it again means what comes out now."""
    with _one_at_a_time:
        kept = _kept.pop(path, None)
    if kept is not None:
        atexit.unregister(kept.close)
        kept.close()


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


def _opened(source: Bytes) -> _Readable:
    if isinstance(source, FileSource):
        return io.BytesIO(source.content)
    if not isinstance(source, PathSource):
        return _again(sys.stdin.buffer, sys.stdin.buffer)
    try:
        if stat.S_ISFIFO(source.path.stat().st_mode):
            if source.path not in _kept:
                with source.path.open("rb") as pipe:
                    return _again(source.path, pipe)
            return _again(source.path, io.BytesIO())
        return source.path.open("rb", buffering=0)
    except OSError as error:
        raise SourceNotFoundError(str(source.path), error.strerror or "it cannot be read") from None


def _again(name: object, pipe: IO[bytes]) -> _Kept:
    """What came out of a pipe, from its beginning, however often it is asked for."""
    kept = _kept.get(name)
    if kept is None:
        kept = tempfile.TemporaryFile()  # noqa: SIM115 - open for the next reading; it has no name
        atexit.register(kept.close)
        shutil.copyfileobj(pipe, kept)
        kept.flush()
        _kept[name] = kept
    # Not a duplicate of the descriptor: two readings would share one position.
    return _Kept(kept)


class _Kept:
    """One reading of a kept file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._position = 0

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        """The file stays open for the next reading."""

    def read(self, size: int) -> bytes:
        with _one_at_a_time:
            self._file.seek(self._position)
            data = self._file.read(size)
        self._position += len(data)
        return data


def _facts(file: _Readable) -> tuple[int, int] | None:
    """Size and time of the last change of a regular file; None for a pipe and for bytes in memory."""
    if isinstance(file, io.BytesIO) or not hasattr(file, "fileno"):
        return None
    found = os.fstat(file.fileno())
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None
