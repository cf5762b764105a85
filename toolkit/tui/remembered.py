"""What the cockpit remembers for a project between two sittings: a small file in its `.neonkit` folder.

Never a secret: the theme, the mode, the widths of panes, and when which connection was used. A file that
cannot be read is as good as none, and a folder that cannot be written to is no error.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = ".neonkit"
FILE = "tui.json"


@dataclass(slots=True)
class Remembered:
    """The values, and the file they are kept in; without a file they live as long as the program."""

    file: Path | None = None
    theme: str = ""
    mode: str = ""
    sizes: dict[str, int] = field(default_factory=dict)
    """Mode -> width of its first pane, in per cent of the screen."""
    used: dict[str, str] = field(default_factory=dict)
    """Connection -> when it was opened last, as local date and time."""

    @classmethod
    def of_project(cls, project_dir: Path) -> Remembered:
        """What was remembered for the project; empty where nothing can be read."""
        file = project_dir / FOLDER / FILE
        kept: Any = None
        with suppress(OSError, ValueError):
            kept = json.loads(file.read_text("utf-8"))
        if not isinstance(kept, dict):
            return cls(file)
        sizes, used = kept.get("sizes"), kept.get("used")
        return cls(
            file,
            theme=_text(kept.get("theme")),
            mode=_text(kept.get("mode")),
            sizes={name: size for name, size in sizes.items() if isinstance(size, int)}
            if isinstance(sizes, dict)
            else {},
            used={name: _text(when) for name, when in used.items()} if isinstance(used, dict) else {},
        )

    def keep(self) -> None:
        """Write the file, whole or not at all."""
        if self.file is None:
            return
        kept = {"theme": self.theme, "mode": self.mode, "sizes": self.sizes, "used": self.used}
        write_file(self.file, json.dumps(kept, indent=2) + "\n")


def write_file(file: Path, text: str) -> bool:
    """Write `file` whole, making its folder; False where that is not possible."""
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, "utf-8")
        partial.replace(file)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        return False
    return True


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
