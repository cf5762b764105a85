"""A value after the mapping's own words for it, and before its column's type: trimmed, NULL, another word."""

from __future__ import annotations

import unicodedata

from toolkit.transfer.mapping.column import ColumnRule
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.notes import Note, silent
from toolkit.transfer.values.numbers import NOT_FINITE
from toolkit.transfer.values.texts import unknown_word


def prepared(value: Value, rule: ColumnRule, note: Note = silent) -> Value:
    """The value that the column's coercion gets; None is NULL. `note` is told each alteration.

    Raises `UnfitError` for a word that `enum` does not list.
    """
    if isinstance(value, str):
        value = _text(value, rule, note)
        if not value and rule.empty == "null":
            note('empty = "null"')
            return None
    elif isinstance(value, Number) and rule.not_finite == "null" and value.text in NOT_FINITE:
        note('not_finite = "null"')
        return None
    if value is None:
        return None
    if rule.none and any(_same(value, word) for word in rule.none):
        note("none")
        return None
    if rule.enum is not None and isinstance(value, str | Number | bool):
        written = value if isinstance(value, str) else _coded(value)
        if written not in rule.enum:
            raise unknown_word(written, tuple(rule.enum))
        if rule.enum[written] != written:
            note("enum")
        return rule.enum[written]
    return value


def _text(value: str, rule: ColumnRule, note: Note) -> str:
    if rule.trim:
        value = _noted(value, value.strip(), "trim", note)
    if rule.normal:
        value = _noted(value, unicodedata.normalize(rule.normal, value), f'normal = "{rule.normal}"', note)
    if rule.case:
        changed = value.lower() if rule.case == "lower" else value.upper()
        value = _noted(value, changed, f'case = "{rule.case}"', note)
    return value


def _noted(before: str, after: str, rule: str, note: Note) -> str:
    if after != before:
        note(rule)
    return after


def _same(value: Value, word: str | int | bool) -> bool:
    if isinstance(value, bool) or isinstance(word, bool):
        return value is word
    if isinstance(value, Number):
        return isinstance(word, int) and value.text == str(word)
    return value == word


def _coded(value: Number | bool) -> str:
    return value.text if isinstance(value, Number) else str(value).lower()
