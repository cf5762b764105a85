"""Which coercion serves which column: chosen once for a column, then called for each value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import partial
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from toolkit.transfer.mapping.column import ColumnRule, Replacement
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.target.table import TargetType
from toolkit.transfer.values import binary, moments, numbers, server, structured, texts, words
from toolkit.transfer.values.notes import Note, silent
from toolkit.transfer.values.unfit import wrong_kind

Coercion: TypeAlias = Callable[[Value], str]

_TEXTS: Final = ("text", "varchar", "bpchar", "citext", "name")
_INTEGERS: Final = ("int2", "int4", "int8")
_FLOATS: Final = ("float4", "float8")
_MOMENTS: Final = ("timestamp", "timestamptz")
_KNOWN: Final = (
    *_TEXTS, *_INTEGERS, *_FLOATS, *_MOMENTS, "numeric", "bool", "uuid", "date", "time", "json", "jsonb"
)  # fmt: skip

_EPOCHS: Final = {"epoch-s", "epoch-ms", "epoch-us", "epoch-ns"}
_FORMS: Final = {
    "text": {"text", "uuid", "json-text"},
    "integer": {"int"},
    "numeric": {"int", "decimal"},
    "float": {"int", "decimal", "float"},
    "moment": {"datetime", *_EPOCHS},
    "bool": {"bool"},
    "uuid": {"uuid", "objectid"},
    "date": {"date"},
    "time": set[str](),
    "json": {"json"},
    "enum": {"text"},
    "array": {"text", "uuid", "int", "decimal", "float", "bool", "date", "datetime", *_EPOCHS},
    "bytea": set(binary.FORMS),
    "other": {"text"},
}


def judged_by_server(kind: TargetType) -> bool:
    """Whether only the server knows what this type takes: domains, and types that have no coercion here."""
    if kind.element is not None:
        return judged_by_server(kind.element)
    return kind.is_domain or (kind.name not in _KNOWN and not kind.is_enum)


def coercion_for(
    kind: TargetType, rule: ColumnRule, timezone: str | None = None, note: Note = silent
) -> Coercion:
    """The coercion of a column of type `kind`. `timezone` is the source's; `note` is told each alteration.

    Raises ValueError with a sentence when the rule says what makes no value of that type.
    """
    if rule.form == "server":
        return partial(server.server_text, kind=kind)
    group = _group(kind)
    if rule.form is not None and rule.form not in _FORMS[group]:
        allowed = ", ".join(f'"{form}"' for form in sorted(_FORMS[group])) or "nothing else"
        raise ValueError(f'as = "{rule.form}" makes no {kind.sql}; possible here: {allowed}')
    if rule.wrap and group != "array":
        raise ValueError(f"'wrap' is for arrays, not for {kind.sql}")
    if rule.not_finite == "keep" and group != "float":
        raise ValueError(f'not_finite = "keep" is for float columns, not for {kind.sql}')
    if kind.element is not None:
        element = coercion_for(kind.element, rule.model_copy(update={"wrap": False}), timezone, note)
        return partial(structured.array_of, element=element, wrap=rule.wrap, note=note)
    if group in ("moment", "date"):
        return _moments(kind, rule, timezone, note)
    return _COERCIONS[group](kind, rule, note)


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
    if kind.name == "bytea":
        return "bytea"
    return kind.name if kind.name in _FORMS else "other"


def _storing(rule: ColumnRule, note: Note) -> texts.Storing:
    nul = rule.nul.replace if isinstance(rule.nul, Replacement) else {"strip": ""}.get(rule.nul)
    half = rule.surrogates.replace if isinstance(rule.surrogates, Replacement) else None
    return texts.Storing(nul, half, note)


def _texts(kind: TargetType, rule: ColumnRule, note: Note) -> Coercion:
    if rule.form == "uuid":
        return words.uuid_of
    storing = _storing(rule, note)
    limit = kind.modifier - 4 if kind.name in ("varchar", "bpchar") and kind.modifier >= 0 else None
    fit = partial(texts.text_of, limit=limit, truncate=rule.truncate, storing=storing)
    if rule.form == "json-text":
        return lambda value: _json_text(value, fit, storing)
    return partial(fit, any_scalar=rule.form == "text")


def _json_text(value: Value, fit: Callable[..., str], storing: texts.Storing) -> str:
    storing.note('as = "json-text"')
    return fit(structured.json_of(value, storing=storing), any_scalar=False)


def _booleans(_: TargetType, rule: ColumnRule, __: Note) -> Coercion:
    if rule.form != "bool" and rule.true is None:
        return words.boolean_of
    return partial(words.boolean_from_words, true=rule.true, false=rule.false)


def _moments(kind: TargetType, rule: ColumnRule, timezone: str | None, note: Note) -> Coercion:
    reader = moments.MomentReader(
        formats=rule.formats,
        zone=_zone(rule.zone or timezone),
        to_zone=_zone(rule.to_zone),
        with_zone=kind.name == "timestamptz",
        digits=kind.modifier if kind.modifier >= 0 else 6,
        gap=rule.gap,
        overlap=rule.overlap,
        truncate=rule.truncate,
        plausible=rule.plausible,
        note=note,
    )
    if kind.name == "date":
        return partial(moments.date_of, reader=reader)
    if rule.form in _EPOCHS:
        if not reader.with_zone and reader.to_zone is None:
            raise ValueError(f'as = "{rule.form}" into {kind.sql} needs to_zone')
        return partial(reader.read_epoch, unit=str(rule.form))
    return reader.read


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    return UTC if name == "UTC" else ZoneInfo(name)


def _other(value: Value, sql: str, storing: texts.Storing) -> str:
    if not isinstance(value, str | Number):
        raise wrong_kind(value, f"a text that reads as {sql}")
    return texts.text_of(value, limit=None, any_scalar=True, storing=storing)


def _others(kind: TargetType, rule: ColumnRule, note: Note) -> Coercion:
    if kind.name == "bytea" and rule.form is not None:
        return partial(binary.bytes_of, form=rule.form)
    return partial(_other, sql=kind.sql, storing=_storing(rule, note))


def _floats(kind: TargetType, rule: ColumnRule, note: Note) -> Coercion:
    keep = rule.not_finite == "keep"
    return partial(
        numbers.float_of, type_name=kind.name, declared=rule.form is not None, keep=keep, note=note
    )


_COERCIONS: Final[dict[str, Callable[[TargetType, ColumnRule, Note], Coercion]]] = {
    "text": _texts,
    "bool": _booleans,
    "integer": lambda kind, rule, note: partial(
        numbers.integer_of, type_name=kind.name, from_text=rule.form is not None, note=note
    ),
    "numeric": lambda kind, rule, note: partial(
        numbers.decimal_of,
        modifier=kind.modifier,
        from_text=rule.form is not None,
        rounding=rule.scale == "half-even",
        note=note,
    ),
    "float": _floats,
    "uuid": lambda _kind, rule, _note: words.objectid_of if rule.form == "objectid" else words.uuid_of,
    "time": lambda _kind, _rule, note: partial(moments.time_of, note=note),
    "json": lambda _kind, rule, note: partial(structured.json_of, storing=_storing(rule, note)),
    "enum": lambda kind, _rule, _note: partial(texts.label_of, labels=kind.labels),
    "bytea": _others,
    "other": _others,
}
