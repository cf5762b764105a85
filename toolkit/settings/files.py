"""The files settings come from: found upward, read, no rules about their content."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.settings.errors import NoSuchFolderError, UnreadableSettingsError


@dataclass(frozen=True, slots=True)
class SettingsFiles:
    """What was found for one start folder."""

    start: Path
    project_dir: Path
    pyproject: Path | None
    table: Mapping[str, Any]
    """The raw content of [tool.neonkit]; empty without one."""
    dotenv: Path | None


def find_files(start: Path) -> SettingsFiles:
    """Look from `start` upward to the root of the repository.

    The project's folder is the one whose pyproject.toml has [tool.neonkit]; without one, the nearest with an
    Alembic project; without that, `start`. Raises `NoSuchFolderError`, `UnreadableSettingsError`.
    """
    start = start.expanduser()
    if not start.is_dir():
        raise NoSuchFolderError(folder=start)
    start = start.resolve()
    alembic_dir: Path | None = None
    for folder in upward(start):
        tools = _tool_tables(folder / "pyproject.toml")
        if "neonkit" in tools:
            table = tools["neonkit"]
            if not isinstance(table, dict):
                raise UnreadableSettingsError(folder / "pyproject.toml", "tool.neonkit is no table")
            return _files(start, folder, folder / "pyproject.toml", table)
        if alembic_dir is None and ((folder / "alembic.ini").is_file() or "alembic" in tools):
            alembic_dir = folder
    return _files(start, alembic_dir or start, None, {})


def upward(start: Path) -> Iterator[Path]:
    """`start` and the folders above it, up to the root of the repository or of the file system."""
    for folder in (start, *start.parents):
        yield folder
        if (folder / ".git").exists():
            return


def read_dotenv(path: Path | None) -> Mapping[str, str]:
    """The variables of a `.env` file. Raises `UnreadableSettingsError`."""
    if path is None:
        return {}
    from dotenv import dotenv_values

    try:
        read = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSettingsError(path, _reason(error)) from None
    return {name: value for name, value in read.items() if value}


def _files(start: Path, project_dir: Path, pyproject: Path | None, table: Mapping[str, Any]) -> SettingsFiles:
    dotenv = project_dir / ".env"
    return SettingsFiles(start, project_dir, pyproject, table, dotenv if dotenv.is_file() else None)


def _tool_tables(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        tools = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise UnreadableSettingsError(path, _reason(error)) from None
    return tools if isinstance(tools, dict) else {}


def _reason(error: Exception) -> str:
    """Why, without the text of the file: a broken line may hold a password."""
    if isinstance(error, tomllib.TOMLDecodeError):
        return f"no valid TOML: {str(error).rstrip('.')}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is not UTF-8 text"
