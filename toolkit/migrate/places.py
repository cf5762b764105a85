"""Which line of whose file an exception came from."""

from __future__ import annotations

import traceback
from asyncio import CancelledError
from pathlib import Path
from typing import Final

from toolkit.secret import without_passwords

FOREIGN: Final = (Exception, SystemExit, CancelledError, BaseExceptionGroup)
"""What code of somebody else's may end with. Ctrl+C is not among it: that is the user's word to us."""

Place = tuple[str, int | None]


def place_in(error: BaseException, root: Path) -> Place | None:
    """The innermost line of a file under `root` (installed packages left out) that `error` passed through."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno
    found: Place | None = None
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(root) and "site-packages" not in path.parts:
            found = frame.filename, frame.lineno
    return found


def line_in(error: BaseException, path: str | Path) -> int | None:
    """The last line of the file at `path` that `error` passed through."""
    wanted = Path(path).resolve()
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).resolve() == wanted:
        return error.lineno
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).resolve() == wanted
    ]
    return lines[-1] if lines else None


def reason_of(error: BaseException) -> str:
    """What the exception says, on one line, without passwords and without a full stop."""
    if isinstance(error, SyntaxError):
        text = error.msg
    elif isinstance(error, KeyError) and error.args:
        text = f"{error.args[0]!r} is not there"
    else:
        text = str(error)
    lines = [line.strip() for line in without_passwords(text).splitlines() if line.strip()]
    return "; ".join(lines[:3]).rstrip(".;: ") or "it says no more"
