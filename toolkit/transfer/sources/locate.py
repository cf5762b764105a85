"""Find the sources: pair what the mapping names with what the caller gives, and open it.

`module:attribute` runs the module: only what the user names is imported, and nothing else of it is called.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from toolkit.transfer.errors import NothingToImportError, SourceNotFoundError, SourcesDoNotMatchError
from toolkit.transfer.mapping.model import TransferMapping
from toolkit.transfer.sources.located import FileSource, Located, MemorySource, PathSource

__all__ = ["FileSource", "Given", "Located", "MemorySource", "is_module_attribute", "locate"]

_MODULE_ATTRIBUTE: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_UNNAMED: Final = "input"


Given: TypeAlias = "Path | str | Sequence[Path | str] | Mapping[object, object] | Sequence[object] | None"


def locate(
    mapping: TransferMapping, folder: Path, given: Given, modules: Path | None = None
) -> dict[str, Located]:
    """The opened source for each source name of the mapping.

    `given` is a file or `module:attribute`, several of them, or an object; with None the mapping's own `from`
    are taken, relative to `folder`. Modules are looked for in `modules` (else in `folder`) and where we are.

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
            name: _open(place, Path(), modules or folder)
            for name, place in _paired(mapping, names, locations).items()
        }
    if len(names) != 1:
        raise SourcesDoNotMatchError(("an object in memory",), names)
    return {names[0]: MemorySource("memory", given)}


def is_module_attribute(text: str) -> bool:
    """Whether `text` has the form `module:attribute`."""
    return _MODULE_ATTRIBUTE.fullmatch(text) is not None


def _named(mapping: TransferMapping, folder: Path, modules: Path) -> dict[str, Located]:
    locations = {name: rule.location for name, rule in mapping.sources.items()}
    unnamed = [name for name, location in locations.items() if location is None]
    if unnamed or not locations:
        raise SourcesDoNotMatchError((), tuple(unnamed) or (_UNNAMED,))
    files = {name: location for name, location in locations.items() if location is not None}
    missing = [
        place for place in files.values() if not is_module_attribute(place) and not (folder / place).exists()
    ]
    if missing:
        raise NothingToImportError(str(folder), tuple(missing))
    return {name: _open(place, folder, modules) for name, place in files.items()}


def _paired(mapping: TransferMapping, names: tuple[str, ...], locations: list[str]) -> dict[str, str]:
    if len(names) == len(locations) == 1:
        return {names[0]: locations[0]}
    pairs: dict[str, str] = {}
    for location in locations:
        file = Path(location)
        for name in names:
            rule = mapping.sources.get(name)
            if (
                location == (rule and rule.location)
                or file.stem == name
                or file.name == Path(_from(mapping, name)).name
            ):
                pairs.setdefault(name, location)
    if len(pairs) != len(names) or len(set(pairs.values())) != len(locations):
        raise SourcesDoNotMatchError(tuple(locations), names)
    return pairs


def _from(mapping: TransferMapping, name: str) -> str:
    rule = mapping.sources.get(name)
    return (rule.location if rule else None) or name


def _open(location: str, folder: Path, project: Path) -> Located:
    if is_module_attribute(location):
        return MemorySource(location, _attribute(location, project))
    path = folder / location
    try:
        if path.is_dir():
            raise SourceNotFoundError(str(path), "it is a folder")
        path.stat()
    except OSError as error:
        raise SourceNotFoundError(str(path), error.strerror or "it cannot be read") from None
    return PathSource(path.name, path)


def _attribute(location: str, project: Path) -> object:
    module_name, _, attributes = location.partition(":")
    with _importable(project):
        try:
            value: object = importlib.import_module(module_name)
            for name in attributes.split("."):
                value = getattr(value, name)
        except Exception as error:  # the module is the user's and may raise anything while it runs
            # Other messages may hold what the module was configured with, a URL for one.
            told = f": {error}" if isinstance(error, ImportError | AttributeError | SyntaxError) else ""
            raise SourceNotFoundError(location, f"{type(error).__name__}{told}") from error
    return value


@contextmanager
def _importable(project: Path) -> Iterator[None]:
    """Let modules of the project and of the current folder be found while the block runs."""
    added = [str(project.resolve()), str(Path.cwd())]
    sys.path[:0] = added
    try:
        yield
    finally:
        for entry in added:
            sys.path.remove(entry)
