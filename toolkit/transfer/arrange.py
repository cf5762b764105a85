"""What a person asks to import: a folder, files, `module:attribute`, a mapping. Nothing is read here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolkit.transfer.errors import MappingNotNamedError, NothingToImportError, SourceNotFoundError
from toolkit.transfer.sources.locate import is_more_than_a_path

MAPPING_FILE: Final = "mapping.toml"


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Which mapping, and which sources; None: those that the mapping names."""

    mapping: Path
    source: tuple[str, ...] | None
    label: str
    """For people: the folder, or the sources."""


def arrange(given: Sequence[str], *, mapping: Path | None = None, seeds: Path | None = None) -> ImportOrder:
    """Find the mapping for the sources `given`; without sources and mapping, `seeds` is the folder.

    Raises `NothingToImportError` for a folder without a mapping file, `SourceNotFoundError` for a path that
    is not there, and `MappingNotNamedError`.
    """
    if not given and mapping is None and seeds is not None:
        given = (str(seeds),)
    folder = Path(given[0]) if len(given) == 1 else None
    if folder is not None and folder.is_dir():
        found = mapping or folder / MAPPING_FILE
        if not found.is_file() and mapping is None:
            raise NothingToImportError(str(folder), (MAPPING_FILE,))
        return ImportOrder(found, None, str(folder))
    if folder is not None and not folder.exists() and not is_more_than_a_path(given[0]):
        raise SourceNotFoundError(given[0], "there is no such file or folder")
    if mapping is None:
        raise MappingNotNamedError(tuple(given))
    return ImportOrder(mapping, tuple(given) or None, ", ".join(given) or str(mapping))
