"""Where an unexpected exception came from, without what it said: its text may hold a secret."""

from __future__ import annotations

import traceback
from collections.abc import Iterator


def places(error: BaseException) -> Iterator[str]:
    """One line per frame, oldest first, for the exception and those behind it."""
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if behind is not None:
        yield from places(behind)
        yield "  then, while handling it:"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    yield f"  {type(error).__name__}"
