"""Page cursors: the place of one row in an order, as text for a client to hand back.

A cursor is opaque, not secret and not signed: it only says where to go on, and the listing that takes it adds
its own filters and scope again. A client that edits one can move within what it may see, and no further.
Invariant: a value comes back equal and of the same type.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal

from sqlalchemy.types import TypeEngine
from sqlmodel import AutoString, UTCDateTime

from toolkit.models.errors import InvalidCursorError
from toolkit.models.sorting import Ordering

Direction = Literal["after", "before"]

_WRITERS: Final[dict[type, tuple[str, Callable[[Any], Any]]]] = {
    # A datetime is a date and a bool is an int: the exact type decides, never isinstance.
    bool: ("b", lambda value: value),
    int: ("i", str),
    str: ("s", lambda value: value),
    float: ("f", repr),
    Decimal: ("d", str),
    datetime: ("t", datetime.isoformat),
    date: ("y", date.isoformat),
    time: ("h", time.isoformat),
    timedelta: ("p", lambda value: [value.days, value.seconds, value.microseconds]),
    uuid.UUID: ("u", str),
}
_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "b": bool,
    "i": int,
    "s": str,
    "f": float,
    "d": Decimal,
    "t": datetime.fromisoformat,
    "y": date.fromisoformat,
    "h": time.fromisoformat,
    "p": lambda value: timedelta(*value),
    "u": uuid.UUID,
}


_DAMAGES: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What reading a text that is no cursor of this ordering can raise."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Go on after, or before, the row with these values in the order."""

    direction: Direction
    key: tuple[Any, ...]

    def encode(self, table: str, ordering: Ordering) -> str:
        """The cursor as URL-safe text. TypeError for a value that has no order this side of the database."""
        content = [_mark(table, ordering), self.direction[0], [_write(value) for value in self.key]]
        packed = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, table: str, ordering: Ordering) -> Cursor:
        """The cursor that `encode` wrote for the same table and order. Raises InvalidCursorError."""
        try:
            padded = text + "=" * (-len(text) % 4)
            mark, direction, values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            columns = [step.column for step in ordering.columns]
            key = tuple(_read(value, column.type) for value, column in zip(values, columns, strict=True))
        except _DAMAGES as error:
            raise InvalidCursorError(reason="it is damaged") from error
        if mark != _mark(table, ordering) or direction not in ("a", "b"):
            raise InvalidCursorError(reason="it belongs to another listing or another order")
        return cls("after" if direction == "a" else "before", key)


def _mark(table: str, ordering: Ordering) -> str:
    text = ";".join([table, *(str(step.sort) for step in ordering.columns)])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _write(value: object) -> Any:
    if value is None:
        return None
    if isinstance(value, Enum):
        return ["e", value.name]
    try:
        tag, write = _WRITERS[type(value)]
    except KeyError:
        raise TypeError(f"rows cannot be paged by a value of type {type(value).__name__}") from None
    return [tag, write(value)]


def _read(value: Any, column_type: TypeEngine[Any]) -> Any:
    """The value, which must be of the type the column gives out; the server then never sees a wrong one."""
    if value is None:
        return None
    tag, content = value
    if tag == "e":
        enum_class: type[Enum] = column_type.enum_class  # type: ignore[attr-defined]  # only Enum has one
        return enum_class[content]
    found = _READERS[tag](content)
    if _python_type(column_type) not in (object, type(found)):
        raise TypeError("the column holds other values")
    return found


def _python_type(column_type: TypeEngine[Any]) -> type[Any]:
    """What the column gives out; `object` for a type of the application's own that does not say."""
    if isinstance(column_type, AutoString | UTCDateTime):
        column_type = column_type.impl_instance
    try:
        return column_type.python_type
    except NotImplementedError:
        return object
