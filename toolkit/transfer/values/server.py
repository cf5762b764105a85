"""Values as the server itself writes them: `as = "server"`, which is how an export comes back unchanged.

The text goes to the server as it stands and is judged there. So every type is served, whatever it holds:
`infinity`, years before Christ, `NaN`, ranges, arrays with bounds. What JSON says as well without loss may
stand as JSON: numbers, booleans, lists in array columns, objects and lists in `json` and `jsonb` columns.
"""

from __future__ import annotations

from functools import partial

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.target.table import TargetType
from toolkit.transfer.values.structured import array_of, json_of
from toolkit.transfer.values.texts import storable
from toolkit.transfer.values.unfit import wrong_kind

_DOCUMENTS = ("json", "jsonb")


def server_text(value: Value, kind: TargetType) -> str:
    """The text that the server reads as this value. A JSON text in a document column is its source text."""
    if isinstance(value, list | tuple) and kind.element is not None:
        return array_of(value, partial(server_text, kind=kind.element))
    if isinstance(value, dict | list | tuple) and kind.name in _DOCUMENTS:
        return json_of(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, str):
        return storable(value)
    raise wrong_kind(value, f"a text that reads as {kind.sql}")
