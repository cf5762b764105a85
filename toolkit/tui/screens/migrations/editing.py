"""Opening a file in the user's editor, with the cockpit out of the way meanwhile."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from textual.app import App, SuspendNotSupported


def edit(app: App[int], path: str) -> str:
    """Open the file and wait for the editor; what became of it, in a sentence."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    name = Path(path).name
    try:
        with app.suspend():
            done = subprocess.run([*shlex.split(editor), path], check=False)
    except SuspendNotSupported:
        return f"this terminal cannot be lent to {editor}; the file is {path}"
    except (OSError, ValueError) as error:
        return f"{editor} could not be started ({type(error).__name__}); the file is {path}"
    if done.returncode:
        return f"{editor} ended with {done.returncode}; the file is {path}"
    return f"edited {name}"
