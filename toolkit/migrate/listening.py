"""SQLAlchemy's events heard while a block runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import event


@contextmanager
def listening(*listeners: tuple[Any, str, Callable[..., Any]], answering: bool = False) -> Iterator[None]:
    """Each listener `(target, event, function)` is called for the event while the block runs.

    With `answering`, what it returns stands for the event's arguments.
    """
    with ExitStack() as stack:
        for target, name, function in listeners:
            event.listen(target, name, function, **({"retval": True} if answering else {}))
            stack.callback(event.remove, target, name, function)
        yield
