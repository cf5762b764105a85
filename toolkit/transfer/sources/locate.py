"""Find the sources: pair what the mapping names with what the caller gives.

A location is a file, `-` for standard input, a pattern such as `export/*.ndjson` (its files, in the order of
their names, are one source), or `module:attribute`. Nothing is read here but modules.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Final, TypeAlias

from toolkit.transfer.errors import NothingToImportError, SourceNotFoundError, SourcesDoNotMatchError
from toolkit.transfer.mapping.model import TransferMapping
from toolkit.transfer.sources.located import (
    FileSource,
    FilesSource,
    Located,
    MemorySource,
    PathSource,
    StdinSource,
)
from toolkit.transfer.sources.modules import attribute_of_module, is_module_attribute
from toolkit.transfer.sources.raw import forget

__all__ = [
    "FileSource",
    "Given",
    "Located",
    "MemorySource",
    "is_module_attribute",
    "is_more_than_a_path",
    "locate",
]

STDIN: Final = "-"
_UNNAMED: Final = "input"
_PATTERN_SIGNS: Final = "*?["

Given: TypeAlias = "Path | str | Sequence[Path | str] | Mapping[object, object] | Sequence[object] | None"


def is_more_than_a_path(location: str) -> bool:
    """Whether `location` may name sources without being the path of a file."""
    return location == STDIN or is_module_attribute(location) or _is_pattern(location)


def locate(
    mapping: TransferMapping, folder: Path, given: Given, modules: Path | None = None
) -> dict[str, Located]:
    """The source for each source name of the mapping.

    `given` is a location, several of them, or an object; with None the mapping's own `from` are taken,
    relative to `folder`. Several files for a mapping with one source are read as one. Modules are looked for
    in `modules` (else in `folder`) and where we are.

    Raises `SourceNotFoundError`, `SourcesDoNotMatchError` and `NothingToImportError`.
    """
    names = tuple(mapping.sources) or (_UNNAMED,)
    if given is None:
        return _named(mapping, folder, modules or folder)
    if isinstance(given, Path | str):
        given = [given]
    if isinstance(given, Sequence) and given and all(isinstance(item, Path | str) for item in given):
        locations = [str(item) for item in given]
        return {
            name: _opened(places, Path(), modules or folder)
            for name, places in _paired(mapping, names, locations).items()
        }
    if len(names) != 1:
        raise SourcesDoNotMatchError(("an object in memory",), names)
    return {names[0]: MemorySource("memory", given)}


def _named(mapping: TransferMapping, folder: Path, modules: Path) -> dict[str, Located]:
    locations = {name: rule.location for name, rule in mapping.sources.items()}
    unnamed = [name for name, location in locations.items() if location is None]
    if unnamed or not locations:
        raise SourcesDoNotMatchError((), tuple(unnamed) or (_UNNAMED,))
    files = {name: location for name, location in locations.items() if location is not None}
    missing = [place for place in files.values() if not _is_there(place, folder)]
    if missing:
        raise NothingToImportError(str(folder), tuple(missing))
    return {name: _opened([place], folder, modules) for name, place in files.items()}


def _is_there(location: str, folder: Path) -> bool:
    if location == STDIN or is_module_attribute(location):
        return True
    return (folder / location).exists() or bool(_matching(location, folder))


def _paired(mapping: TransferMapping, names: tuple[str, ...], locations: list[str]) -> dict[str, list[str]]:
    """Which of the given locations are which source."""
    if len(set(locations)) != len(locations):
        raise SourcesDoNotMatchError(tuple(locations), names)
    if len(names) == 1:
        return {names[0]: locations}
    pairs: dict[str, list[str]] = {}
    for location in locations:
        fitting = [name for name in names if _fits(mapping, name, location)]
        if not fitting:
            raise SourcesDoNotMatchError(tuple(locations), names)
        for name in fitting:
            pairs.setdefault(name, []).append(location)
    several = [
        name for name, places in pairs.items() if len(places) > 1 and not _is_pattern(_from(mapping, name))
    ]
    if len(pairs) != len(names) or several:
        raise SourcesDoNotMatchError(tuple(locations), names)
    return pairs


def _fits(mapping: TransferMapping, name: str, location: str) -> bool:
    file, own = Path(location), _from(mapping, name)
    return name == file.stem or own == location or fnmatch(file.name, Path(own).name)


def _from(mapping: TransferMapping, name: str) -> str:
    rule = mapping.sources.get(name)
    return (rule.location if rule else None) or name


def _opened(locations: list[str], folder: Path, project: Path) -> Located:
    found: list[Located] = []
    for location in locations:
        found += _found(location, folder, project)
    if len(found) == 1:
        return found[0]
    files = [source for source in found if isinstance(source, PathSource)]
    if len(files) != len(found):
        raise SourcesDoNotMatchError(tuple(locations), ("files",))
    return FilesSource(_together(locations), _told_apart(files))


def _found(location: str, folder: Path, project: Path) -> list[Located]:
    if location == STDIN:
        return [StdinSource()]
    if is_module_attribute(location):
        return [MemorySource(location, attribute_of_module(location, project))]
    path = folder / location
    matching = [] if path.exists() else _matching(location, folder)
    return [_file(path) for path in matching or [path]]


def _file(path: Path) -> PathSource:
    try:
        if path.is_dir():
            raise SourceNotFoundError(str(path), "it is a folder")
        path.stat()
    except OSError as error:
        raise SourceNotFoundError(str(path), error.strerror or "it cannot be read") from None
    forget(path)
    return PathSource(_shown(path.name), path)


def _shown(name: str) -> str:
    """A name that can be printed, whatever bytes the file system has in it."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _is_pattern(location: str) -> bool:
    return any(sign in location for sign in _PATTERN_SIGNS)


def _matching(location: str, folder: Path) -> list[Path]:
    if not _is_pattern(location):
        return []
    return [folder / name for name in sorted(glob.glob(location, root_dir=folder, recursive=True))]  # noqa: PTH207 - pathlib's takes no absolute pattern


def _told_apart(files: list[PathSource]) -> tuple[PathSource, ...]:
    """Files of one name in several folders are named with their folders."""
    names = [file.label for file in files]
    return tuple(
        file if names.count(file.label) == 1 else PathSource(_shown(str(file.path)), file.path)
        for file in files
    )


def _together(locations: list[str]) -> str:
    first = Path(locations[0]).name
    return first if len(locations) == 1 else f"{first} and {len(locations) - 1} more"
