"""How large a source is, and what an import of it would take if all of it were in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import psutil

from toolkit.events import Emit, Notice
from toolkit.transfer.sources.located import FileSource, FilesSource, Located, MemorySource, PathSource
from toolkit.transfer.stream.errors import ImportTooLargeError

SMALL: Final = 16 << 20
"""Sources of less bytes are read into memory, where one reading does."""
_IN_MEMORY: Final = 12
"""Bytes of memory for each byte of JSON, as measured with rows of eleven columns."""
_LARGE: Final = 256 << 20
"""An import that takes more memory says so before it begins."""
_PACKED: Final = 8
"""Bytes that a packed one becomes, about."""
_MARKS: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


def size_of(source: Located) -> int | None:
    """The bytes of a source, unpacked, about; None where nobody knows."""
    if isinstance(source, FileSource):
        return len(source.content)
    if isinstance(source, PathSource):
        try:
            with source.path.open("rb") as file:
                packed = file.read(4).startswith(_MARKS)
            return source.path.stat().st_size * (_PACKED if packed else 1)
        except OSError:
            return None  # whoever reads it says so
    if isinstance(source, FilesSource):
        sizes = [size_of(part) for part in source.parts]
        return None if None in sizes else sum(size for size in sizes if size is not None)
    return 0 if isinstance(source, MemorySource) else None


def require_memory(sources: Iterable[Located], reason: str, emit: Emit) -> None:
    """Say what an import takes that is read into memory as a whole, because of `reason`.

    Raises `ImportTooLargeError` if that is more than the machine has left.
    """
    needed = _IN_MEMORY * sum(size_of(source) or 0 for source in sources)
    if needed < _LARGE:
        return
    available = psutil.virtual_memory().available
    if needed > available:
        raise ImportTooLargeError(needed, available, reason)
    sentence = f"All of it is read into memory ({reason}); that takes about {needed >> 20} MB."
    emit(Notice("warning", sentence))
