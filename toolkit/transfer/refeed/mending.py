"""Mend single values in a reject file: what is wrong where, and the file written anew with other values.

Invariant: everything that is not mended stays byte for byte, and the file is replaced as a whole or not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toolkit.secret import MASK
from toolkit.transfer.mapping.paths import field_path, parse_pointer
from toolkit.transfer.refeed.plain import json_text
from toolkit.transfer.refeed.reading import RefeedUnreadableError
from toolkit.transfer.sources.exact_json import ExactDecoder, skip_space
from toolkit.transfer.sources.record import Number, Value

Way = tuple[str, ...]
"""From a record to a value in it: names of members, and places in lists."""
_SAME: Final = ()


@dataclass(frozen=True, slots=True)
class RejectedValue:
    """One reason in a reject file, and the value it is about."""

    line: int
    """Of the reject file, from 1."""
    where: str
    """File, line and pointer of the record in the source."""
    table: str
    code: str
    column: str | None
    reason: str
    hint: str
    shown: str | None
    """The value as it may be shown."""
    way: Way
    """To the value in the record; empty for the record itself."""
    current: str | None
    """The value as JSON; None where there is none yet."""
    masked: bool
    """Whether `current` must not be shown."""
    fixed: str | None
    """Why no value can be mended here; None if it can."""


def rejected_values(path: Path) -> tuple[RejectedValue, ...]:
    """Every reason in the file, in its order. Raises `RefeedUnreadableError`."""
    found: list[RejectedValue] = []
    for number, text in enumerate(_lines(path), start=1):
        if text.strip():
            entry, record = _entry(path, number, text)
            found += _reasons(number, entry, record)
    return tuple(found)


def mend(path: Path, values: Mapping[tuple[int, Way], str]) -> int:
    """Put other values into the records: JSON texts by line and way; how many records were changed.

    A value that is no JSON is taken as a text. Raises `RefeedUnreadableError`.
    """
    by_line: dict[int, list[tuple[Way, str]]] = {}
    for (number, way), text in values.items():
        by_line.setdefault(number, []).append((way, text))
    lines = _lines(path)
    for number, mended in by_line.items():
        if not 0 < number <= len(lines):
            raise RefeedUnreadableError(str(path), number, "there is no such line")
        entry, record = _entry(path, number, lines[number - 1])
        for way, text in mended:
            record = _put(record, way, value_of(text))
        lines[number - 1] = json_text({**entry, "record": record})
    _replace(path, "".join(f"{line}\n" for line in lines))
    return len(by_line)


def value_of(text: str) -> Value:
    """The value that a person typed: JSON, or else the text itself."""
    try:
        value, end, flaws = ExactDecoder().decode(text, skip_space(text, 0))
    except ValueError:
        return text
    return text if flaws or skip_space(text, end) < len(text) else value


def _lines(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8").splitlines()
    except OSError as error:
        raise RefeedUnreadableError(str(path), 0, error.strerror or "it cannot be opened") from None
    except UnicodeDecodeError as error:
        raise RefeedUnreadableError(str(path), 0, f"byte {error.start} is not UTF-8") from None


def _entry(path: Path, number: int, text: str) -> tuple[dict[str, Value], Value]:
    """A line without its record, and the record."""
    try:
        value, _, _ = ExactDecoder().decode(text, skip_space(text, 0))
    except ValueError as error:
        raise RefeedUnreadableError(str(path), number, str(error).rstrip(".")) from None
    if not isinstance(value, dict) or not {"record", "rows", "reasons", "pointer"} <= set(value):
        raise RefeedUnreadableError(str(path), number, "it is no line of a reject file")
    record = value.pop("record")
    return value, record


def _reasons(number: int, entry: dict[str, Value], record: Value) -> list[RejectedValue]:
    told: list[tuple[str, Any, Any]] = []
    for row in _list(entry["rows"]):
        told += [(str(row["table"]), row["pointer"], each) for each in _list(row["reasons"])]
        if not row["reasons"]:
            cause = row.get("caused_by") or {}
            waits = {"code": "waits", "reason": f"waits for {cause.get('table')} {cause.get('pointer')}"}
            told.append((str(row["table"]), row["pointer"], waits))
    told += [(str(entry["section"]), entry["pointer"], each) for each in _list(entry["reasons"])]
    return [_value(number, entry, record, *each) for each in told]


def _value(
    number: int, entry: dict[str, Value], record: Value, table: str, row: str, reason: dict[str, Any]
) -> RejectedValue:
    line = f":{_plain(entry['line'])}" if entry["line"] is not None else ""
    way = _way(str(entry["pointer"]), row, reason)
    found, there = _at(record, way) if way is not None else (None, False)
    masked = reason.get("value") == MASK
    return RejectedValue(
        number,
        f"{entry['source']}{line} {entry['pointer']}",
        table,
        str(reason["code"]),
        reason.get("column"),
        str(reason["reason"]),
        str(reason.get("hint") or ""),
        reason.get("value"),
        way or _SAME,
        json_text(found) if there else None,
        masked,
        _fixed(entry, record, way, reason),
    )


def _fixed(entry: dict[str, Value], record: Value, way: Way | None, reason: dict[str, Any]) -> str | None:
    if entry["truncated"]:
        return "the record is cut: put the whole one into the file"
    if record is None:
        return "the record could not be read: put the mended one into the file"
    if reason["code"] == "waits":
        return "nothing but another row is wrong; it comes in when that does"
    return "the reason is about no single value" if way is None else None


def _way(record: str, row: str, reason: dict[str, Any]) -> Way | None:
    """From the record to the value, by the pointers of both; a missing one by the name of its field."""
    pointer = str(reason.get("pointer") or row)
    if not pointer.startswith(record):
        return None
    inside = parse_pointer(pointer[len(record) :]) if len(pointer) > len(record) else ()
    field = reason.get("field")
    if field is None or pointer != row:
        return inside if pointer != row else None
    try:
        path = field_path(str(field))
    except ValueError:
        return None
    return None if path.word is not None and path.word != "@value" else (*inside, *path.names)


def _at(record: Value, way: Way) -> tuple[Value, bool]:
    value = record
    for token in way:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list | tuple) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None, False
    return value, True


def _put(record: Value, way: Way, value: Value) -> Value:
    """The record with the value in place; objects on the way are made."""
    if not way:
        return value
    token, rest = way[0], way[1:]
    if isinstance(record, list | tuple) and token.isdigit() and int(token) < len(record):
        place = int(token)
        return [_put(each, rest, value) if n == place else each for n, each in enumerate(record)]
    members = dict(record) if isinstance(record, dict) else {}
    members[token] = _put(members.get(token), rest, value)
    return members


def _plain(value: Value) -> str:
    return value.text if isinstance(value, Number) else json.dumps(value)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        part.replace(path)
    except OSError as error:
        raise RefeedUnreadableError(str(path), 0, error.strerror or "it cannot be written") from None
