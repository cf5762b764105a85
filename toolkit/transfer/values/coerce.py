"""Which coercion serves which column: chosen once for a column, then called for each value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import partial
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from toolkit.transfer.mapping.model import ColumnRule
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.target.table import TargetType
from toolkit.transfer.values import moments, numbers, server, structured, texts, words
from toolkit.transfer.values.unfit import wrong_kind

Coercion: TypeAlias = Callable[[Value], str]

_TEXTS: Final = ("text", "varchar", "bpchar", "citext", "name")
_INTEGERS: Final = ("int2", "int4", "int8")
_FLOATS: Final = ("float4", "float8")
_MOMENTS: Final = ("timestamp", "timestamptz")
_KNOWN: Final = (
    *_TEXTS, *_INTEGERS, *_FLOATS, *_MOMENTS, "numeric", "bool", "uuid", "date", "time", "json", "jsonb"
)  # fmt: skip

_FORMS: Final = {
    "text": {"text", "uuid"},
    "integer": {"int"},
    "numeric": {"int", "decimal"},
    "float": {"int", "decimal", "float"},
    "moment": {"datetime", "epoch-s", "epoch-ms"},
    "bool": {"bool"},
    "uuid": {"uuid"},
    "date": {"date"},
    "time": set[str](),
    "json": {"json"},
    "enum": {"text"},
    "array": {"text", "uuid", "int", "decimal", "float", "bool", "date"},
    "other": {"text"},
}


def judged_by_server(kind: TargetType) -> bool:
    """Whether only the server knows what this type takes: domains, and types that have no coercion here."""
    if kind.element is not None:
        return judged_by_server(kind.element)
    return kind.is_domain or (kind.name not in _KNOWN and not kind.is_enum)


def coercion_for(kind: TargetType, rule: ColumnRule, timezone: str | None = None) -> Coercion:
    """The coercion of a column of type `kind`. `timezone` is the source's.

    Raises ValueError with a sentence when the rule's `as` makes no value of that type.
    """
    if rule.form == "server":
        return partial(server.server_text, kind=kind)
    group = _group(kind)
    if rule.form is not None and rule.form not in _FORMS[group]:
        allowed = ", ".join(f'"{form}"' for form in sorted(_FORMS[group])) or "nothing else"
        raise ValueError(f'as = "{rule.form}" makes no {kind.sql}; possible here: {allowed}')
    if kind.element is not None:
        return partial(structured.array_of, element=coercion_for(kind.element, rule, timezone))
    if group == "moment":
        return _moments(kind, rule, timezone)
    return _COERCIONS[group](kind, rule)


def _group(kind: TargetType) -> str:
    if kind.element is not None:
        return "array"
    if kind.is_enum:
        return "enum"
    for group, names in (("text", _TEXTS), ("integer", _INTEGERS), ("float", _FLOATS), ("moment", _MOMENTS)):
        if kind.name in names:
            return group
    if kind.name in ("json", "jsonb"):
        return "json"
    return kind.name if kind.name in _FORMS else "other"


def _texts(kind: TargetType, rule: ColumnRule) -> Coercion:
    if rule.form == "uuid":
        return words.uuid_of
    limit = kind.modifier - 4 if kind.name in ("varchar", "bpchar") and kind.modifier >= 0 else None
    return partial(texts.text_of, limit=limit, any_scalar=rule.form == "text")


def _booleans(_: TargetType, rule: ColumnRule) -> Coercion:
    if rule.form != "bool" and rule.true is None:
        return words.boolean_of
    return partial(words.boolean_from_words, true=rule.true, false=rule.false)


def _moments(kind: TargetType, rule: ColumnRule, timezone: str | None) -> Coercion:
    reader = moments.MomentReader(
        formats=rule.formats,
        zone=_zone(rule.zone or timezone),
        to_zone=_zone(rule.to_zone),
        with_zone=kind.name == "timestamptz",
        digits=kind.modifier if kind.modifier >= 0 else 6,
    )
    if rule.form in ("epoch-s", "epoch-ms"):
        if not reader.with_zone and reader.to_zone is None:
            raise ValueError(f'as = "{rule.form}" into {kind.sql} needs to_zone')
        return partial(reader.read_epoch, unit=rule.form)
    return reader.read


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    return UTC if name == "UTC" else ZoneInfo(name)


def _other(value: Value, sql: str) -> str:
    if not isinstance(value, str | Number):
        raise wrong_kind(value, f"a text that reads as {sql}")
    return texts.text_of(value, limit=None, any_scalar=True)


_COERCIONS: Final[dict[str, Callable[[TargetType, ColumnRule], Coercion]]] = {
    "text": _texts,
    "bool": _booleans,
    "integer": lambda kind, rule: partial(
        numbers.integer_of, type_name=kind.name, from_text=rule.form is not None
    ),
    "numeric": lambda kind, rule: partial(
        numbers.decimal_of, modifier=kind.modifier, from_text=rule.form is not None
    ),
    "float": lambda kind, rule: partial(
        numbers.float_of, type_name=kind.name, declared=rule.form is not None
    ),
    "uuid": lambda _kind, _rule: words.uuid_of,
    "date": lambda _kind, rule: partial(moments.date_of, formats=rule.formats),
    "time": lambda _kind, _rule: moments.time_of,
    "json": lambda _kind, _rule: structured.json_of,
    "enum": lambda kind, _rule: partial(texts.label_of, labels=kind.labels),
    "other": lambda kind, _rule: partial(_other, sql=kind.sql),
}
