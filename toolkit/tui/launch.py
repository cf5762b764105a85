"""Start and end of the terminal UI: the terminal is checked before, and restored after, whatever happens."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from toolkit.tui.errors import NoTerminalError

if TYPE_CHECKING:
    from toolkit.workspace import Workspace


def launch(open_workspace: Callable[[], Workspace]) -> int:
    """Run the UI until the user leaves; returns the exit code of the process.

    `open_workspace` is called in a worker thread after the first paint, so it may import what it likes.
    Raises `NoTerminalError` before anything is written when there is no terminal.
    """
    for name, stream in (("standard input", sys.stdin), ("standard output", sys.stdout)):
        if not stream.isatty():
            raise NoTerminalError(stream=name)
    from toolkit.tui.app import Cockpit

    cockpit = Cockpit(open_workspace)
    cockpit.run()
    return cockpit.return_code or 0
