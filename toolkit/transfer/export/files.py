"""Where an export goes: a stream, a file, or a folder with one file for each table.

Files appear whole, under their names, when everything is written, or not at all; only their owner may read
them, since nobody else was asked whether he may read the tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from urllib.parse import quote

from toolkit.transfer.export.errors import ExportOrderError, ExportRefusedError

_BUFFER: Final = 1 << 20
_OWNER_ONLY: Final = 0o600


class Stream(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Take them all."""


class Files:
    """The files of one export, all of them or none."""

    def __init__(self, *, overwrite: bool) -> None:
        self._overwrite = overwrite
        self._parts: dict[Path, Path] = {}
        self._open: list[BinaryIO] = []

    def open(self, path: Path) -> BinaryIO:
        """A file to write. Raises `ExportOrderError` if it is there and may not be replaced."""
        if path.is_dir():
            raise ExportOrderError(
                f"{path} is a folder", "Name a file; only lines (--as ndjson) fill a folder."
            )
        if path.exists() and not path.is_file():
            raise ExportOrderError(f"{path} is no ordinary file", "Without --out rows go to standard output.")
        if path.exists() and not self._overwrite:
            raise ExportOrderError(f"{path} is there already", "Name another place, or add --overwrite.")
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        except OSError as error:
            raise _unwritable(path, error) from None
        self._parts[path] = part
        file = os.fdopen(descriptor, "wb", buffering=_BUFFER)
        self._open.append(file)
        return file

    @contextmanager
    def finished(self) -> Iterator[None]:
        """Give the files their names at the end of the block, or remove them if it raises."""
        try:
            yield
            for file in self._open:
                file.close()
            for path, part in self._parts.items():
                part.replace(path)
        except OSError as error:
            raise _unwritable(next(iter(self._parts), Path()), error) from None
        finally:
            for file in self._open:
                file.close()
            for part in self._parts.values():
                part.unlink(missing_ok=True)

    @property
    def names(self) -> tuple[str, ...]:
        """The files, in the order they were opened."""
        return tuple(map(str, self._parts))


def file_name(section: str) -> str:
    """The name of a table's file: readable where it can be, and one file for each name."""
    return quote(section, safe=" !#$&'()+,;=@[]^_`{}~") + ".ndjson"


def _unwritable(path: Path, error: OSError) -> ExportRefusedError:
    return ExportRefusedError(str(path), "", error.strerror or "it cannot be written")
