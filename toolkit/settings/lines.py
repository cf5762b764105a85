"""Where in a settings file a key stands: for the person who has to mend it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_HEADER: Final = re.compile(r"\s*\[\[?([^\]]+)\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART: Final = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(path: Path | None, key: str) -> int | None:
    """The line of `key`, dotted as TOML does it, or of a variable in `.env`.

    The line of what it stands in where it has none of its own; None where nothing is found.
    """
    if path is None:
        return None
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    if path.suffix != ".toml":
        said = re.compile(rf"\s*(?:export\s+)?{re.escape(key)}\s*=", re.IGNORECASE)
        return next((number for number, line in enumerate(lines, 1) if said.match(line)), None)
    return _in_toml(lines, tuple(key.split(".")))


def _in_toml(lines: list[str], wanted: tuple[str, ...]) -> int | None:
    best: tuple[int, int | None] = (0, None)
    table: tuple[str, ...] = ()
    for number, line in enumerate(lines, 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header is not None:
            table = here = _parts(header[1])
        elif key is not None:
            here = table + _parts(key[1])
        else:
            continue
        if here == wanted[: len(here)] and len(here) > best[0]:
            best = (len(here), number)
    return best[1]


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
