"""Compressed files, recognised by their first bytes and never by their names: gzip and Zstandard.

Several members in one file are one content. What is refused is a file that is cut, damaged, or a bomb.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import Final, Protocol

from toolkit.transfer.errors import SourceCutError, SourceUnreadableError
from toolkit.transfer.sources.errors import PickleRefusedError, SourceExpandsError
from toolkit.transfer.sources.options import ReadOptions

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_PICKLE: Final = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_PICKLE_SUFFIXES: Final = (".pickle", ".pkl", ".p")
_OTHERS: Final = {
    b"PK\x03\x04": "a ZIP archive (or an office file)",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"SQLite format 3\x00": "an SQLite database",
    b"PAR1": "Parquet",
    b"%PDF-": "a PDF",
}
_LONGEST_MARK: Final = 16
_STEP: Final = 1024 * 1024
"""How many unpacked bytes are made at once, so that a bomb is noticed before it goes off."""


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


def plain_chunks(label: str, chunks: Iterator[bytes], options: ReadOptions) -> Iterator[bytes]:
    """The bytes of the file as they were before it was packed, if it was.

    Raises `SourceCutError`, `SourceUnreadableError`, `SourceExpandsError` and `PickleRefusedError`.
    """
    head = b""
    while len(head) < _LONGEST_MARK and (chunk := next(chunks, None)) is not None:
        head += chunk
    if head.startswith(_GZIP):
        return _unpacked(_Packed(label, "gzip", head, chunks, options))
    if head.startswith(_ZSTD):
        return _unpacked(_Packed(label, "zstandard", head, chunks, options))
    _refuse_others(label, head)
    return _joined(head, chunks)


def _joined(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from chunks


def _refuse_others(label: str, head: bytes) -> None:
    if head.startswith(_PICKLE) or label.endswith(_PICKLE_SUFFIXES):
        raise PickleRefusedError(label)
    for mark, name in _OTHERS.items():
        if head.startswith(mark):
            advice = "Export it as JSON, NDJSON or CSV, plain or packed by gzip or zstd. Nothing was written."
            raise SourceUnreadableError(label, 1, 0, f"it is {name}", advice)


class _Packed:
    """A packed file: its bytes in, and how many went in and came out."""

    def __init__(
        self, label: str, kind: str, head: bytes, chunks: Iterator[bytes], options: ReadOptions
    ) -> None:
        self.label = label
        self.kind = kind
        self._pending = head
        self._chunks = chunks
        self._options = options
        self.taken = 0
        self.made = 0

    def unpacker(self) -> _Unpacker:
        return _Gzip() if self.kind == "gzip" else zstd.ZstdDecompressor()

    def give(self) -> bytes:
        """The next packed bytes; empty at the end of the file."""
        data = self._pending or next(self._chunks, b"")
        self._pending = b""
        self.taken += len(data)
        return data

    def take_back(self, data: bytes) -> None:
        self._pending = data + self._pending
        self.taken -= len(data)

    def count(self, made: int) -> None:
        self.made += made
        limit = self._options.max_ratio
        if self.made > self._options.free_expansion and self.made > self.taken * limit:
            raise SourceExpandsError(self.label, self.taken, self.made, limit)


class _Gzip:
    """One gzip member, with the calls that a Zstandard frame has."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._member.decompress(self._member.unconsumed_tail + data, max_length)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data


def _unpacked(packed: _Packed) -> Iterator[bytes]:
    while data := packed.give():
        if packed.made and not data.strip(b"\0"):
            continue  # gzip files may be padded with zeros to the blocks of a tape
        packed.take_back(data)
        yield from _member(packed)


def _member(packed: _Packed) -> Iterator[bytes]:
    unpacker = packed.unpacker()
    made, full = b"", False
    while not unpacker.eof:
        data = b"" if full else packed.give()
        if not data and not full:
            reason = f"the {packed.kind} data ends in the middle (it had unpacked to {packed.made} bytes)"
            raise SourceCutError(packed.label, 1, packed.taken, reason)
        try:
            made = unpacker.decompress(data, _STEP)
        except (zlib.error, zstd.ZstdError) as error:
            reason = f"the {packed.kind} data is damaged ({error})"
            raise SourceUnreadableError(packed.label, 1, packed.taken, reason) from None
        full = len(made) == _STEP
        packed.count(len(made))
        if made:
            yield made
    packed.take_back(unpacker.unused_data)
