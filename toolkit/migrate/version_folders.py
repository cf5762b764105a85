"""The folders that hold a project's revisions, told from its configuration alone: no Alembic, nothing is run.

For whoever needs names at once, such as a shell's completion. A project whose configuration is made in code
has none here; `AlembicProject` knows better, and takes longer.
"""

from __future__ import annotations

import configparser
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from toolkit.migrate.discovery import Files, find


def version_folders(directory: Path, config: Path | None, section: str) -> list[Path]:
    """The folders that are there. Raises NoProjectError and BadConfigurationError as `find` does."""
    files = find(directory, config, section)
    if files.scripts is not None:
        return [files.scripts / "versions"]
    options = {**_of_toml(files), **_of_ini(files, section)}
    named = options.get("version_locations")
    scripts = _folder(files, str(options.get("script_location", "")))
    listed = [scripts / "versions"] if not named else [_folder(files, one) for one in _split(files, named)]
    return [one for one in listed if one.is_dir()]


def _of_ini(files: Files, section: str) -> dict[str, str]:
    if files.ini is None:
        return {}
    parser = configparser.ConfigParser({"here": files.ini.parent.as_posix()})
    parser.read_string(files.ini.read_text("utf-8"), str(files.ini))
    if not parser.has_section(section):
        return {}
    names = ("script_location", "version_locations")
    return {name: parser.get(section, name) for name in names if parser.has_option(section, name)}


def _of_toml(files: Files) -> dict[str, Any]:
    if files.toml is None:
        return {}
    written = tomllib.loads(files.toml.read_text("utf-8")).get("tool", {}).get("alembic", {})
    here = files.toml.parent.as_posix()
    return {
        name: [_here(one, here) for one in value] if isinstance(value, list) else _here(str(value), here)
        for name, value in written.items()
        if name in ("script_location", "version_locations")
    }


def _here(text: Any, here: str) -> str:
    return str(text).replace("%(here)s", here)


def _split(files: Files, named: Any) -> list[str]:
    """The locations of a list, or of a text whose separator Alembic lets everybody choose."""
    if isinstance(named, list):
        return [str(one) for one in named]
    if _folder(files, named.strip()).is_dir():
        return [named.strip()]
    return [one for one in re.split(rf"[\s,;{re.escape(os.pathsep)}]+", named) if one]


def _folder(files: Files, location: str) -> Path:
    """A location as a folder; `package:folder` is looked for below the root and its `src`."""
    if ":" not in location or Path(location).is_absolute():
        return files.root / location
    package, _, inner = location.partition(":")
    below = Path(*package.split("."), inner)
    return next((root / below for root in (files.root, files.root / "src") if (root / below).is_dir()), below)
