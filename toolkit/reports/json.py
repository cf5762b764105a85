"""Results as JSON: one rule for every frozen dataclass, so that keys stay stable.

Enums become their values (a severity its word), paths and URLs text, decimals text (no digit is lost), times
ISO 8601. A `Secret` becomes its mask, a value that knows its own masked form (a URL) that form, and a value
whose class is unknown is an error, never its `repr`.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

from toolkit.errors import NeonkitError
from toolkit.findings import Severity
from toolkit.secret import MASK, Secret


def as_json(value: Any) -> str:
    """`value` as indented JSON. Raises `TypeError` for a class that has no plain form."""
    return json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False)


def as_json_line(value: Any) -> str:
    """`value` as JSON on one line."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def error_object(error: NeonkitError) -> dict[str, Any]:
    """A failure with its facts, as the JSON mode of the command line writes it."""
    return {
        "code": error.code,
        "sentence": error.sentence,
        "hint": error.hint,
        "exit_code": int(error.exit_code),
        "facts": {name: _fact(value) for name, value in error.facts().items()},
    }


def _fact(value: Any) -> Any:
    """A fact of an error. Reporting a failure must not fail itself."""
    try:
        return plain(value)
    except TypeError:
        return f"<{type(value).__name__}>"


def plain(value: Any) -> Any:
    """`value` in terms of None, bool, int, float, str, list and dict."""
    if isinstance(value, Severity):
        return value.word
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        # JSON has no NaN and no infinities.
        return value if value - value == 0 else str(value)
    if isinstance(masked := getattr(value, "masked", None), str):
        return masked
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.repr}
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return [plain(item) for item in sorted(value, key=str)]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _scalar(value)


def _key(key: Any) -> str:
    """JSON has text keys only; a tuple, such as schema and table, is joined with dots."""
    if isinstance(key, tuple):
        return ".".join(_key(part) for part in key)
    made = plain(key)
    return made if isinstance(made, str) else json.dumps(made)


def _scalar(value: Any) -> str | float:
    match value:
        case Secret():
            return MASK
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal() | UUID() | PurePath():
            return str(value)
        case bytes() | bytearray() | memoryview():
            return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__qualname__} has no JSON form")
