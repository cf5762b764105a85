"""How large a source is, and what an import of it would take if all of it were in memory."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import psutil

from toolkit.events import Emit, Notice
from toolkit.transfer.sources.located import FileSource, FilesSource, Located, MemorySource, PathSource
from toolkit.transfer.stream.errors import ImportTooLargeError

SMALL: Final = 192 << 20
"""Sources that take less bytes of memory are read into it as a whole, where one reading does."""
_OF_BYTE: Final = 8
"""Bytes of memory for each byte of a source."""
_OF_RECORD: Final = 1_800
"""Bytes of memory for each record beside; both as measured with rows of three and of eleven columns."""
_SAMPLE: Final = 256 << 10
"""So many bytes tell how long a record is."""
_USUAL: Final = 400
"""Bytes of a record where nobody looked."""
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
        if not source.path.is_file():  # what a pipe has, only reading it tells
            return None
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


def memory_for(source: Located) -> int | None:
    """The memory that an import of a source takes as a whole, about; None where nobody knows."""
    if isinstance(source, FilesSource):
        needs = [memory_for(part) for part in source.parts]
        return None if None in needs else sum(need for need in needs if need is not None)
    size = size_of(source)
    return None if size is None else _OF_BYTE * size + _OF_RECORD * (size // _record_length(source))


def _record_length(source: Located) -> int:
    """How many bytes a record has, about: each begins a line or, in one long line of JSON, with a brace."""
    if isinstance(source, FileSource):
        sample = source.content[:_SAMPLE]
    else:
        sample = b""
        if isinstance(source, PathSource) and source.path.is_file():
            with suppress(OSError), source.path.open("rb") as file:  # whoever reads it says so
                sample = file.read(_SAMPLE)
    counts = [count for count in (sample.count(b"\n"), sample.count(b"{")) if count]
    return _USUAL if sample.startswith(_MARKS) or not counts else max(1, len(sample) // min(counts))


def require_memory(sources: Iterable[Located], reason: str, emit: Emit) -> None:
    """Say what an import takes that is read into memory as a whole, because of `reason`.

    Raises `ImportTooLargeError` if that is more than the machine has left.
    """
    needed = sum(memory_for(source) or 0 for source in sources)
    if needed < _LARGE:
        return
    available = psutil.virtual_memory().available
    if needed > available:
        raise ImportTooLargeError(needed, available, reason)
    sentence = f"All of it is read into memory ({reason}); that takes about {needed >> 20} MB."
    emit(Notice("warning", sentence))
