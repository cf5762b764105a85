"""What a change of a column's type asks of its values: whether they fit, and whether they stay the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from toolkit.sql.quoting import quote_literal

_SHAPE: Final = re.compile(
    r"(?P<name>[a-z][a-z_ ]*?)(?:\((?P<modifiers>[\d, ]+)\))?(?P<zone> with(?:out)? time zone)?\Z"
)
_RANGES: Final = {
    "smallint": (-32768, 32767),
    "integer": (-2147483648, 2147483647),
    "bigint": (-9223372036854775808, 9223372036854775807),
}
_TEXTS: Final = ("text", "character varying", "character")
_NUMBERS: Final = (*_RANGES, "numeric", "real", "double precision")
_TIMES: Final = ("timestamp", "time", "interval")
_VALID_SINCE: Final = 16
"""The major version that brought `pg_input_is_valid`."""

Asked = tuple[Any, str | None, bool, str | None]
"""Question, condition, whether it fails, why it cannot be asked."""


def type_questions(
    column: str, old: str, new: str, labels: Sequence[str] | None, major: int
) -> Iterator[Asked]:
    """The questions for a column (an SQL expression) that goes from one type to another.

    `labels` are those of the new type if it is an enum. Types are written as `format_type` does.
    """
    if labels is not None:
        listed = ", ".join(quote_literal(one) for one in labels)
        yield "no cast", f"{column} IS NOT NULL AND {column}::text NOT IN ({listed})", True, None
        return
    was, is_ = _SHAPE.match(old), _SHAPE.match(new)
    if was is None or is_ is None or "[]" in old + new:
        yield from _by_input(column, new, major)
        return
    before, after = was["name"], is_["name"]
    if after in _TEXTS:
        yield from _to_text(column, _modifiers(is_), before in _TEXTS)
    elif after in _RANGES and before in _NUMBERS:
        yield from _to_integer(column, before, after)
    elif after == "numeric" and before in _NUMBERS:
        yield from _to_numeric(column, _modifiers(is_))
    elif after in _TIMES and before == after:
        yield from _to_precision(column, old, new, _modifiers(was), _modifiers(is_))
    elif not _is_free(before, after):
        yield from _by_input(column, new, major)


def _modifiers(shape: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(one) for one in (shape["modifiers"] or "").split(",") if one.strip())


def _is_free(before: str, after: str) -> bool:
    free = {("cidr", "inet"), ("json", "jsonb"), ("real", "double precision"), ("date", "timestamp")}
    return (before, after) in free or (after in ("real", "double precision") and before in _RANGES)


def _to_text(column: str, limit: tuple[int, ...], from_text: bool) -> Iterator[Asked]:
    if limit:
        text = f"pg_catalog.char_length(pg_catalog.rtrim({column}::text, ' '))"
        del from_text
        yield "too long", f"{text} > {limit[0]}", True, None


def _to_integer(column: str, before: str, after: str) -> Iterator[Asked]:
    low, high = _RANGES[after]
    if before in _RANGES and _RANGES[before][1] <= high:
        return
    yield "out of range", f"{column} NOT BETWEEN {low} AND {high}", True, None
    if before not in _RANGES:
        yield "rounded", f"{column} <> pg_catalog.round({column}::numeric)", False, None


def _to_numeric(column: str, modifiers: tuple[int, ...]) -> Iterator[Asked]:
    if not modifiers:
        return
    precision, scale = (*modifiers, 0)[:2]
    value = f"pg_catalog.round({column}::numeric, {scale})"
    yield "out of range", f"pg_catalog.abs({value}) >= 1e{precision - scale}::numeric", True, None
    yield "rounded", f"{column}::numeric <> {value}", False, None


def _to_precision(
    column: str, old: str, new: str, was: tuple[int, ...], is_: tuple[int, ...]
) -> Iterator[Asked]:
    if is_ and (not was or is_[0] < was[0]) and ("with time zone" in old) == ("with time zone" in new):
        yield "rounded", f"{column} <> {column}::{new}", False, None


def _by_input(column: str, new: str, major: int) -> Iterator[Asked]:
    if major < _VALID_SINCE:
        yield "no cast", None, True, f"PostgreSQL {major} cannot test a value without failing"
        return
    valid = f"pg_catalog.pg_input_is_valid({column}::text, {quote_literal(new)})"
    yield "no cast", f"{column} IS NOT NULL AND NOT {valid}", True, None
