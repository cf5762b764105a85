"""Values of a source as JSON text, with every number as it was written."""

from __future__ import annotations

import json

from toolkit.transfer.sources.record import Number, Value


def json_text(value: Value) -> str:
    """The value as JSON on one line."""
    if isinstance(value, Number):
        return value.text
    if value is None or isinstance(value, bool | str):
        return json.dumps(value)
    if isinstance(value, dict):
        members = (f"{json.dumps(name)}: {json_text(member)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_text, value)) + "]"
    raise TypeError(f"a source gives no {type(value).__name__}")
