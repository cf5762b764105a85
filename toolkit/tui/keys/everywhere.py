"""The keys that work in every mode."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from toolkit.tui.widgets.tabs import MODES

BINDINGS: Final[list[BindingType]] = [
    *(
        Binding(str(number), f"switch_mode('{name}')", title.lower(), show=False, id=f"mode.{name}")
        for number, (name, title) in enumerate(MODES, 1)
    ),
    Binding(
        "ctrl+p,colon",
        "command_palette",
        "find",
        show=False,
        id="app.palette",
        tooltip="find an action, mode, object or revision",
    ),
    Binding("r", "refresh", "refresh", id="app.refresh", tooltip="read everything again"),
    Binding("y", "copy_twin", "copy", id="app.copy", tooltip="copy the command line that does the same"),
    Binding("w", "arm", "writes", id="app.arm", tooltip="arm writes for 15 minutes, or disarm them"),
    Binding("c", "connect", "connect", id="app.connect", tooltip="open another connection"),
    Binding("question_mark", "help", "help", id="app.help", key_display="?", tooltip="all keys"),
    Binding("q", "leave", "quit", id="app.quit"),
    Binding(
        "ctrl+c",
        "stop",
        "stop",
        show=False,
        id="app.stop",
        priority=True,
        tooltip="stop the job safely; twice: leave at once",
    ),
]
