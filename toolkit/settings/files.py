"""The files settings come from: found upward, read, no rules about their content."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from toolkit.settings.errors import BadSettingError, NoSuchFolderError, UnreadableSettingsError


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


def moved_keys(files: SettingsFiles) -> Mapping[str, str]:
    """[tool.neonkit.keys]: the keys of the terminal UI that a project has moved.

    Read without the rest, because the terminal UI paints before anything heavy is loaded. Raises
    `BadSettingError` where it is no table of texts.
    """
    keys = files.table.get("keys", {})
    if isinstance(keys, dict) and all(isinstance(key, str) and key.strip() for key in keys.values()):
        return MappingProxyType(dict(keys))
    raise BadSettingError(
        "keys", f"tool.neonkit.keys in {files.pyproject}", 'it is a table of keys, such as "app.quit" = "Q"'
    )


def upward(start: Path) -> Iterator[Path]:
    """`start` and the folders above it, up to the root of the repository or of the file system."""
    for folder in (start, *start.parents):
        yield folder
        if (folder / ".git").exists():
            return


def read_dotenv(path: Path | None) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The variables of a `.env` file, and sentences about lines that hold none.

    Other programs read the file, too, so a line that we cannot read is told and left to them; nothing is
    interpolated, because `$` is a character of passwords. Raises `UnreadableSettingsError`.
    """
    if path is None:
        return {}, ()
    from dotenv.parser import parse_stream

    try:
        with path.open(encoding="utf-8-sig") as file:
            bindings = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSettingsError(path, _reason(error)) from None
    notices = [f"line {each.original.line} of {path} is no NAME=value" for each in bindings if each.error]
    return {each.key: each.value for each in bindings if each.key and each.value}, tuple(notices)


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
