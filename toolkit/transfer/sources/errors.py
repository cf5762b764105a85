"""Why a source as a whole cannot be read, where the reason is more than its text being no JSON."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RunFailedError, UsageError
from toolkit.transfer.errors import SourceUnreadableError


@dataclass(eq=False)
class SourceOptionError(UsageError):
    """What is said about how to read a source cannot be, or does not go with its shape."""

    code = "E179"

    source: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.source} cannot be read as it is said to be: {self.reason}."

    @property
    def hint(self) -> str:
        return "See docs/mapping.md for the keys of [source.NAME]."


@dataclass(eq=False)
class PickleRefusedError(UsageError):
    """The source is a pickle: reading one runs whatever code its writer chose."""

    code = "E182"

    source: str

    @property
    def sentence(self) -> str:
        return f"{self.source} is a pickle, and reading a pickle runs code that is in it; it was not read."

    @property
    def hint(self) -> str:
        return (
            "Let the program that wrote it write JSON, or load it there into a variable and import "
            "that as module:attribute."
        )


@dataclass(eq=False)
class HeaderRefusedError(UsageError):
    """The header of a CSV source names a column twice, or not at all."""

    code = "E183"

    source: str
    line: int
    reason: str

    @property
    def sentence(self) -> str:
        return f"The header of {self.source} at line {self.line} cannot be used: {self.reason}."

    @property
    def hint(self) -> str:
        return "Mend the first row, or name the columns with csv = { header = [...] } in [source.NAME]."


@dataclass(eq=False)
class SourceChangedError(RunFailedError):
    """The file was written to while it was read."""

    code = "E474"

    source: str
    reason: str

    @property
    def sentence(self) -> str:
        return f"{self.source} changed while it was read: {self.reason}."

    @property
    def hint(self) -> str:
        return "Import a copy that nobody writes to."


@dataclass(eq=False)
class SourceExpandsError(RunFailedError):
    """A compressed file becomes absurdly large."""

    code = "E475"

    source: str
    packed: int
    unpacked: int
    ratio: int

    @property
    def sentence(self) -> str:
        return (
            f"{self.source} grows beyond {self.ratio} times its size: its first {self.packed} bytes "
            f"became {self.unpacked}."
        )

    @property
    def hint(self) -> str:
        return "If it is what you expect, unpack it first and import the plain file."


@dataclass(eq=False)
class QuoteNotClosedError(SourceUnreadableError):
    """A quoted cell of a CSV source never ends. The place is where its quote opens."""

    code = "E476"

    advice: str = "Close the quote, or double it if it belongs to the text."
