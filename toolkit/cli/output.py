"""Standard output: the only writer to it. What it writes is data, the same on a terminal and in a pipe.

A reader that went away (`neonkit history | head`) never stops the work: the rest is thrown away and the exit
code stays that of the work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, TextIO

from toolkit.cli.errors import FormatNotOfferedError
from toolkit.cli.options import Format


@dataclass(frozen=True, slots=True)
class Output:
    """Writes results in the asked format."""

    stream: TextIO
    format: Format

    def show(self, result: Any, text: Callable[[], str] | str | None) -> None:
        """Write `result` in the asked format; `text` is what people read, unless findings have their own.

        Raises `FormatNotOfferedError` for text of a result that has none.
        """
        if self.format is Format.TEXT and text is not None:
            self.write(text if isinstance(text, str) else text())
            return
        from toolkit.reports import offers, render

        if self.format not in offers(result):
            raise FormatNotOfferedError(format=self.format.value, offered=offers(result))
        self.write(render(result, self.format))

    def write(self, text: str) -> None:
        """Write `text` and end the line."""
        if not text:
            return
        write_quietly(self.stream, text if text.endswith("\n") else text + "\n")


def write_quietly(stream: TextIO, text: str) -> None:
    """Write and flush; when the reader is gone, throw the text away and let later writes vanish."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        # Python flushes the stream once more at exit and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class DataStream:
    """Standard output as a stream of bytes, for data that is written while it is read.

    A reader that went away does not stop the work; the rest is thrown away.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bytes: BinaryIO | None = getattr(stream, "buffer", None)
        stream.flush()

    def write(self, data: bytes) -> None:
        """Write all of it."""
        try:
            if self._bytes is None:
                self._stream.write(data.decode())
            else:
                self._bytes.write(data)
        except BrokenPipeError:
            self._give_up()

    def flush(self) -> None:
        """Hand over what is still held back."""
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._give_up()

    def _give_up(self) -> None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


def data_stream() -> DataStream:
    """Standard output, for data."""
    return DataStream(sys.stdout)
