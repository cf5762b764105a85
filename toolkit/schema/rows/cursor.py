"""Cursors: the place of one row in one order of one relation, as text to hand back.

Opaque, not secret: a cursor that is edited moves within the same rows. Values are the server's own texts.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence

from toolkit.schema.objects import Qualified
from toolkit.schema.rows.errors import RowRequestError
from toolkit.schema.rows.request import Step

Place = tuple[str | None, ...]


def encode(relation: Qualified, order: Sequence[Step], place: Place) -> str:
    """The cursor as URL-safe text."""
    packed = json.dumps([_mark(relation, order), *place], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode(text: str, relation: Qualified, order: Sequence[Step]) -> Place:
    """The place that `encode` wrote for the same relation and order. Raises `RowRequestError`."""
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        mark, *place = json.loads(packed)
    except (ValueError, TypeError) as error:
        raise RowRequestError(str(relation), "the cursor is damaged") from error
    if mark != _mark(relation, order) or len(place) != len(order):
        raise RowRequestError(str(relation), "the cursor belongs to another listing or another order")
    if not all(value is None or (isinstance(value, str) and "\0" not in value) for value in place):
        raise RowRequestError(str(relation), "the cursor is damaged")
    return tuple(place)


def _mark(relation: Qualified, order: Sequence[Step]) -> str:
    steps = [[step.column.name, step.column.type, step.descending] for step in order]
    return hashlib.sha256(json.dumps([*relation, steps]).encode()).hexdigest()[:12]
