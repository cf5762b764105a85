"""Start and end of the terminal UI: the terminal is checked before, and restored after, whatever happens."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.settings.files import find_files, moved_keys
from toolkit.tui.errors import NoTerminalError

if TYPE_CHECKING:
    from toolkit.workspace import Workspace

TURN = 0.004
"""Seconds for which the screen's thread may run on while a job's threads wait, and they while it waits."""


def launch(open_workspace: Callable[[], Workspace], start: Path) -> int:
    """Run the UI until the user leaves; returns the exit code of the process.

    `open_workspace` is called in a worker thread after the first paint, so it may import what it likes; of
    the settings of the project at `start` only the keys are read before. Raises `NoTerminalError` before
    anything is written when there is no terminal, `MovedKeyError` for keys that
    cannot be moved so, and the errors of reading the settings' file.
    """
    for name, stream in (("standard input", sys.stdin), ("standard output", sys.stdout)):
        if not stream.isatty():
            raise NoTerminalError(stream=name)
    sys.setswitchinterval(TURN)
    gc.disable()  # until the screens are there: see `lifecycle.collect_garbage`
    from toolkit.tui.after import see_out
    from toolkit.tui.app import Cockpit
    from toolkit.tui.remembered import Remembered

    files = find_files(start)
    cockpit = Cockpit(
        open_workspace,
        remembered=Remembered.of_project(files.project_dir),
        keymap=keymap(moved_keys(files)),
        project_dir=files.project_dir,
    )
    cockpit.run()
    return see_out(cockpit.running, cockpit.return_code or 0)


def keymap(moved: Mapping[str, str]) -> dict[str, str]:
    """The keymap for Textual; all screens are imported only if there is something to check."""
    if not moved:
        return {}
    from toolkit.tui.keys.keymap import checked

    return checked(moved)
