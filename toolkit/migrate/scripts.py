"""Alembic's `ScriptDirectory` of a project, with its revision files checked as they are loaded.

Alembic warns about a duplicate id and dies with a bare KeyError for a missing parent; here each fault of the
files is an error that names the file. Loading executes the revision files (not their `upgrade`), as Alembic's
own loading does, so it happens inside `surroundings` only.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from alembic.util import CommandError, to_tuple

from toolkit.migrate.errors import BadConfigurationError, MissingScriptsError
from toolkit.migrate.places import FOREIGN, line_in, reason_of
from toolkit.migrate.revision_errors import (
    BrokenRevisionFileError,
    DuplicateRevisionError,
    MissingParentError,
)
from toolkit.migrate.translate import alembics_refusals

Stamp = frozenset[tuple[str, int, int]]
"""Path, time of change and size of every file in the version folders."""


class LoadedRevisions:
    """The revision files as they were loaded last; loaded again when any of them changed."""

    def __init__(self) -> None:
        self.stamp: Stamp | None = None
        self.map: RevisionMap | None = None


def open_scripts(config: Config, loaded: LoadedRevisions | None = None) -> ScriptDirectory:
    """The project's scripts, all loaded; `loaded` remembers them from one call to the next.

    Raises MissingScriptsError, BrokenRevisionFileError, DuplicateRevisionError, MissingParentError,
    RevisionCycleError.
    """
    try:
        script = ScriptDirectory.from_config(config)
    except (CommandError, ModuleNotFoundError) as error:
        named = config.config_file_name or config.toml_file_name
        location = config.get_alembic_option("script_location")
        raise MissingScriptsError(location, named, config.config_ini_section) from error
    except ValueError as error:  # an option that is no number, no path separator, or the like
        raise BadConfigurationError.of(config, reason_of(error)) from error
    loaded = loaded or LoadedRevisions()
    stamp = _stamp(script)
    if loaded.map is None or loaded.stamp != stamp:
        loaded.map, loaded.stamp = _load(script, _files(script)), stamp
    script.revision_map = loaded.map
    return script


def _load(script: ScriptDirectory, files: Sequence[Path]) -> RevisionMap:
    found = [one for path in files for one in _load_one(script, path)]
    _check_ids(found)
    _check_parents(found)
    script.revision_map = RevisionMap(lambda: found)
    with alembics_refusals(script):
        script.get_heads()
    return script.revision_map


def _stamp(script: ScriptDirectory) -> Stamp:
    """A quick look, taken each time the project is opened; what is a revision is for `_files` to say."""
    found: set[tuple[str, int, int]] = set()
    folders = [str(folder) for folder in script._version_locations]  # noqa: SLF001 - see `_files`
    while folders:
        folder = folders.pop()
        with suppress(FileNotFoundError, NotADirectoryError), _entries(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    if script.sourceless or entry.name != "__pycache__":
                        folders.append(entry.path)
                    continue
                facts = entry.stat(follow_symlinks=entry.is_file())
                found.add((entry.path, facts.st_mtime_ns, facts.st_size))
    return frozenset(found)


def _entries(folder: str) -> AbstractContextManager[Iterator[os.DirEntry[str]]]:
    try:
        return os.scandir(folder)
    except PermissionError as error:  # Alembic would pass over the folder and find no revisions
        raise BadConfigurationError(folder, None, str(error.strerror)) from error


def _files(script: ScriptDirectory) -> tuple[Path, ...]:
    """The files in the version folders, each once, however many ways lead to it."""
    found: dict[tuple[int, int], Path] = {}
    for folder in script._version_locations:  # noqa: SLF001 - Alembic has no public list of the resolved folders
        if not folder.exists():
            continue
        for path in Script._list_py_dir(script, folder):  # noqa: SLF001 - its rules on names and recursion
            try:
                facts = path.stat()
            except FileNotFoundError:  # a link to nowhere, such as editors leave behind
                continue
            found.setdefault((facts.st_dev, facts.st_ino), path)
    return tuple(found.values())


def _load_one(script: ScriptDirectory, path: Path) -> Iterable[Script]:
    try:
        loaded = Script._from_path(script, path)  # noqa: SLF001 - the only loader of one file there is
    except FOREIGN as error:
        exception = type(error).__name__
        raise BrokenRevisionFileError(str(path), line_in(error, path), exception, reason_of(error)) from error
    return () if loaded is None else (loaded,)


def _check_ids(scripts: Sequence[Script]) -> None:
    files: dict[str, list[str]] = defaultdict(list)
    for script in scripts:
        files[script.revision].append(script.path)
    for revision, paths in files.items():
        if len(paths) > 1:
            raise DuplicateRevisionError(revision, tuple(sorted(paths)))


def _check_parents(scripts: Sequence[Script]) -> None:
    ids = {script.revision for script in scripts}
    labels = {label for script in scripts for label in script.branch_labels}
    for script in scripts:
        for parent in script._versioned_down_revisions:  # noqa: SLF001 - `down_revision` in its one normal form
            if parent not in ids:
                raise MissingParentError(script.revision, script.path, parent, "down_revision")
        for needed in to_tuple(script.dependencies, default=()):
            if needed not in labels and not any(known.startswith(needed) for known in ids):
                raise MissingParentError(script.revision, script.path, needed, "depends_on")
