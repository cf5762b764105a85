"""Pieces of TOML, written: keys and values as the reader of mapping files takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_DELETE: Final = "\x7f"


def toml_text(text: str) -> str:
    """A basic string. JSON's escapes are TOML's, but for one character that TOML wants escaped, too."""
    return json.dumps(text, ensure_ascii=False).replace(_DELETE, r"\u007f")


def toml_key(name: str) -> str:
    """A key, in quotes where it needs them."""
    return name if _BARE_KEY.fullmatch(name) else toml_text(name)


def toml_value(value: Any) -> str:
    """A value on one line: text, number, boolean, moment, list, or inline table."""
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        members = ", ".join(f"{toml_key(name)} = {toml_value(member)}" for name, member in value.items())
        return f"{{ {members} }}" if members else "{}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(toml_value(element) for element in value) + "]"
    raise TypeError(f"TOML holds no {type(value).__name__}")


def toml_comment(text: str) -> str:
    """`text` on one line of a comment: control characters are no part of TOML."""
    shown = "".join(c if c == "\t" or c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return f"# {shown}"
