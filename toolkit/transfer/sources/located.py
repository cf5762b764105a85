"""What a source is before it is read: a file, bytes, standard input, several files as one, or an object."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class FileSource:
    """The bytes of a file. `label` is its name as the user gave it."""

    label: str
    content: bytes


@dataclass(frozen=True, slots=True)
class PathSource:
    """A file that is read when it is needed."""

    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class StdinSource:
    """Standard input, which is kept in an unnamed temporary file so that it can be read again."""

    label: str = "standard input"


@dataclass(frozen=True, slots=True)
class FilesSource:
    """Several files of one shape, read one after the other as one source. Places name the file."""

    label: str
    parts: tuple[FileSource | PathSource, ...]


@dataclass(frozen=True, slots=True)
class MemorySource:
    """An object in memory."""

    label: str
    value: object


Bytes: TypeAlias = FileSource | PathSource | StdinSource
"""A source that is one run of bytes."""
Located: TypeAlias = FileSource | PathSource | StdinSource | FilesSource | MemorySource
