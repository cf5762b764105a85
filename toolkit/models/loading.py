"""Import an application's models into this process, once.

For a first look, when the classes themselves are needed. A second import after a change finds the old tables
in place; whoever must look again and again reads shapes from a process of their own (`shapes_reader`).
Invariant: `sys.path` is afterwards as it was.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import MetaData, Table

from toolkit.models.diagnosis import diagnose_import
from toolkit.models.loading_errors import NoMetadataError
from toolkit.models.registry import ModelRegistry
from toolkit.models.shapes import DEFAULT_SCHEMA


def load_registry(
    modules: Sequence[str] = (),
    metadata: str | None = None,
    *,
    project_dir: Path | None = None,
    default_schema: str = DEFAULT_SCHEMA,
) -> ModelRegistry:
    """Import the modules and give the registry of their tables.

    `package.*` stands for the package and every module below it. `metadata` names the tables to take, as
    `module:attribute`: a MetaData, a list of them, or a base class; without it, all metadata that the modules
    use. `project_dir` and its `src` are searched first. Raises ModelImportError, BrokenModelError,
    UnknownReferenceError and NoMetadataError.
    """
    with importing_from(project_dir):
        loaded = [module for name in modules for module in _import_all(name)]
        collections = _named_metadata(metadata) if metadata else _metadata_of(loaded)
    if not any(each.tables for each in collections):
        source = metadata or ", ".join(modules) or "The configuration"
        raise NoMetadataError(source=source, reason="it holds no tables")
    return ModelRegistry.of(collections, default_schema=default_schema)


@contextmanager
def importing_from(project_dir: Path | None) -> Iterator[None]:
    """Search the project and its `src` folder first while the block runs."""
    if project_dir is None:
        yield
        return
    folders = [str(each) for each in (project_dir, project_dir / "src") if each.is_dir()]
    added = [folder for folder in folders if folder not in sys.path]
    sys.path[:0] = added
    importlib.invalidate_caches()
    try:
        yield
    finally:
        for folder in added:
            if folder in sys.path:
                sys.path.remove(folder)


def _import_all(name: str) -> Iterator[ModuleType]:
    package = _import(name.removesuffix(".*"))
    yield package
    if name.endswith(".*"):
        for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{package.__name__}."):
            yield _import(found.name)


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:
        # An application's module may raise anything, and may even end the program.
        raise diagnose_import(name, error) from error


def _named_metadata(text: str) -> tuple[MetaData, ...]:
    module, _, attribute = text.partition(":")
    value: Any = _import(module)
    for part in attribute.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            raise NoMetadataError(source=text, reason=f"there is no {part}") from None
    found = tuple(value) if isinstance(value, list | tuple) else (value,)
    collections = tuple(getattr(each, "metadata", each) for each in found)
    if not collections or not all(isinstance(each, MetaData) for each in collections):
        raise NoMetadataError(source=text, reason=f"it is a {type(value).__name__}, no MetaData")
    return collections


def _metadata_of(modules: Iterable[ModuleType]) -> tuple[MetaData, ...]:
    """The metadata of every table, mapped class and MetaData that the modules name, in that order."""
    found: dict[int, MetaData] = {}
    for module in modules:
        for value in vars(module).values():
            table = getattr(value, "__table__", None) if isinstance(value, type) else value
            collection = table.metadata if isinstance(table, Table) else table
            if isinstance(collection, MetaData) and collection.tables:
                found.setdefault(id(collection), collection)
    return tuple(found.values())
