"""A file on its way to a reader: unpacked, in UTF-8, with its beginning at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from toolkit.transfer.sources.encodings import Utf8Input
from toolkit.transfer.sources.located import Bytes
from toolkit.transfer.sources.options import ReadOptions
from toolkit.transfer.sources.packed import plain_chunks
from toolkit.transfer.sources.raw import RawInput
from toolkit.transfer.sources.relaxed import strict_chunks
from toolkit.transfer.sources.shapes import HEAD

_SPACE: Final = b" \t\r\n"


class OpenedText:
    """The UTF-8 bytes of a file. `begin` looks at the first ones; `chunks` are all of them."""

    def __init__(self, raw: RawInput, options: ReadOptions) -> None:
        self.raw = raw
        self.head = b""
        """The first bytes: a line and what begins the next, unless they are very long."""
        self.whole = False
        """Whether `head` is all there is."""
        self.start = 0
        """How many bytes of the file stand before the text."""
        self.notices: list[str] = []
        self.begun = False
        self.chunks: Iterator[bytes] = iter(())
        self._options = options
        self._input = Utf8Input(raw.label, self._plain(), options.encoding)

    @property
    def encoding(self) -> str:
        """What the file is in; known when it is begun."""
        return self._input.encoding

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space, as far as `head` goes."""
        return not self.head.strip(_SPACE)

    def begin(self) -> None:
        """Read the beginning.

        Raises `SourceUnreadableError`, `SourceCutError`, `PickleRefusedError` and `SourceExpandsError`.
        """
        self.begun = True
        rest = self._input.open()
        if self._options.relaxed:
            rest = strict_chunks(rest)
        self.start = self._input.start
        self.notices = self._input.notices
        while len(self.head) < HEAD and not _has_second_line(self.head):
            chunk = next(rest, None)
            if chunk is None:
                self.whole = True
                break
            self.head += chunk
        self.chunks = self._from_head(rest)

    def _plain(self) -> Iterator[bytes]:
        yield from plain_chunks(self.raw.label, self.raw.chunks(), self._options)

    def _from_head(self, rest: Iterator[bytes]) -> Iterator[bytes]:
        if self.head:
            yield self.head
        yield from rest


def _has_second_line(head: bytes) -> bool:
    return bool(head.lstrip(_SPACE).partition(b"\n")[2].strip(_SPACE))


def opened_text(source: Bytes, options: ReadOptions) -> OpenedText:
    """Open a source. Raises `SourceNotFoundError` and `SourceOptionError`."""
    return OpenedText(RawInput(source, options.chunk), options)


def digest_of(parts: Sequence[tuple[str, str | None]]) -> str | None:
    """One digest for files given by name and digest: that of a single file, or one over all of them."""
    if len(parts) == 1 or any(digest is None for _, digest in parts):
        return parts[0][1] if len(parts) == 1 else None
    listed = "".join(f"{digest}  {label}\n" for label, digest in parts)
    return hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()
