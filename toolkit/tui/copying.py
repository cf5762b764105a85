"""Copying a text: to the clipboard by OSC 52, which also goes through SSH and tmux, or else into a file.

A terminal does not answer whether it took the text, so the file is for those that are known not to.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.tui.remembered import FOLDER, write_file

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit

WITHOUT = ("dumb", "linux", "vt100", "vt220", "cons25", "unknown")
"""Terminals (TERM) that have no OSC 52."""
LONGEST = 74_000
"""Bytes that terminals take; some cut or drop more."""


def reaches_clipboard(text: str, environ: Mapping[str, str]) -> bool:
    """Whether OSC 52 has a chance: by TERM, by terminals that do not know it, and by the text's size."""
    if environ.get("TERM", "") in WITHOUT or environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return False
    if environ.get("STY"):
        return False  # GNU screen swallows it
    return len(text.encode()) <= LONGEST


def copy(cockpit: Cockpit, text: str, what: str) -> str:
    """Copy `text`; gives the sentence that tells where it went. `what` names it."""
    if reaches_clipboard(text, os.environ):
        cockpit.copy_to_clipboard(text)
        return f"copied {what} (OSC 52)"
    return written(cockpit.project_dir, "copied.txt", text, what)


def written(project_dir: Path | None, name: str, text: str, what: str) -> str:
    """Write `text` into the project's `.neonkit` folder, or where that is not possible into a temporary one.

    Gives the sentence that tells where it is.
    """
    folders = [project_dir / FOLDER] if project_dir is not None else []
    for folder in (*folders, Path(tempfile.gettempdir()) / f"neonkit-{os.getpid()}"):
        if write_file(folder / name, text):
            return f"wrote {what} to {named_from(folder / name, project_dir)}"
    return f"could not write {what}: no folder can be written to"


def named_from(path: Path, project_dir: Path | None) -> Path:
    """The path from the project's folder on, if it lies there: a line of the screen is short."""
    if project_dir is None or not path.is_relative_to(project_dir):
        return path
    return path.relative_to(project_dir.parent)
