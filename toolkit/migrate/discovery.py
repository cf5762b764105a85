"""Where an Alembic project is: its ini file, its pyproject.toml, its scripts, its root folder.

No file is executed here and none is changed. `Files` is what was found; `project` makes a project of it.
"""

from __future__ import annotations

import configparser
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from toolkit.migrate.errors import BadConfigurationError, NoProjectError

INI = "alembic.ini"
TOML = "pyproject.toml"
FOLDERS = ("alembic", "migrations")
"""Folders that hold the scripts by habit; the second is Flask-Migrate's, with the ini file inside."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files that configure one project.

    `root` is the folder relative paths are meant from. `scripts` is set when no file names the scripts'
    folder.
    """

    root: Path
    ini: Path | None
    toml: Path | None
    scripts: Path | None = None


def find(directory: Path, config: Path | None, section: str) -> Files:
    """The project that `config` names, or the nearest one from `directory` upward.

    `config` may be an ini file, a pyproject.toml, or the scripts' own folder. Without it, ALEMBIC_CONFIG is
    honoured as Alembic does. Raises NoProjectError, BadConfigurationError.
    """
    directory = directory.absolute()
    named = config or (Path(found) if (found := os.environ.get("ALEMBIC_CONFIG")) else None)
    if named is not None:
        return _named((directory / named).absolute(), directory, section)
    for folder in (directory, *directory.parents):
        files = _in_folder(folder, section)
        if files is not None:
            return files
    raise NoProjectError(str(directory))


def _named(path: Path, directory: Path, section: str) -> Files:
    if (path / "env.py").is_file():
        return Files(root=path.parent, ini=None, toml=None, scripts=path)
    if path.is_dir():
        files = _in_folder(path, section)
        if files is not None:
            return files
    if not path.is_file():
        raise NoProjectError(str(path), named=True)
    if path.suffix == ".toml":
        ini = path.with_name(INI)
        return Files(root=path.parent, ini=ini if ini.is_file() else None, toml=path)
    return _with_ini(path, section, directory)


def _in_folder(folder: Path, section: str) -> Files | None:
    toml = folder / TOML
    if (folder / INI).is_file():
        return _with_ini(folder / INI, section, folder)
    if toml.is_file() and "alembic" in _toml_tools(toml):
        return Files(root=folder, ini=None, toml=toml)
    if (folder / "env.py").is_file() and (folder / "script.py.mako").is_file():
        return Files(root=folder.parent, ini=None, toml=None, scripts=folder)
    for name in FOLDERS:
        scripts = folder / name
        if (scripts / INI).is_file():
            return _with_ini(scripts / INI, section, folder)
        if (scripts / "env.py").is_file() and (scripts / "script.py.mako").is_file():
            return Files(root=folder, ini=None, toml=None, scripts=scripts)
    return None


def _with_ini(ini: Path, section: str, directory: Path) -> Files:
    """The root is the folder from which the ini file's relative `script_location` exists."""
    toml = ini.with_name(TOML)
    files = Files(root=ini.parent, ini=ini, toml=toml if toml.is_file() else None)
    location = _script_location(ini, section)
    if location is None:
        beside = (ini.parent / "env.py").is_file()
        return Files(ini.parent.parent, ini, files.toml, ini.parent) if beside else files
    if ":" in location or Path(location).is_absolute():
        return files
    for root in (ini.parent, directory, *ini.parent.parents):
        if (root / location).is_dir():
            return Files(root=root, ini=ini, toml=files.toml)
    return files


def _script_location(ini: Path, section: str) -> str | None:
    parser = configparser.ConfigParser({"here": ini.parent.as_posix()})
    try:
        parser.read_string(ini.read_text(encoding="utf-8"), str(ini))
        return parser.get(section, "script_location", fallback=None)
    except configparser.ParsingError as error:
        line = error.errors[0][0] if error.errors else None
        raise BadConfigurationError(
            str(ini), line, "that line is neither `name = value` nor `[section]`"
        ) from error
    except configparser.Error as error:
        raise BadConfigurationError(str(ini), getattr(error, "lineno", None), type(error).__name__) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfigurationError(str(ini), None, _unread(error)) from error


def _toml_tools(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            tools = tomllib.load(file).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise BadConfigurationError(str(path), None, str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfigurationError(str(path), None, _unread(error)) from error
    return tools if isinstance(tools, dict) else {}


def _unread(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
