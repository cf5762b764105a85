"""Legacy keys in lists and in JSON: each becomes the key of its row, and the rest stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

from toolkit.transfer.judge.pending import Woven
from toolkit.transfer.judge.rows import Cell
from toolkit.transfer.mapping.paths import EACH
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.structured import array_literal, json_of, quoted
from toolkit.transfer.values.unfit import UnfitError, wrong_kind


def keys_in_array(value: Value, key_of: Callable[[Value], Cell], *, wrap: bool) -> Cell:
    """The array of the keys that the legacy keys in a list become. Null stays null."""
    if not isinstance(value, list | tuple):
        if not wrap:
            raise wrong_kind(value, "a list of legacy keys")
        value = [value]
    parts: list[str | None] = []
    for index, element in enumerate(value):
        parts.append(None if element is None else _text(element, key_of, (index,)))
    return Woven.of(parts, _array)


def key_in_json(
    value: Value,
    inner: Sequence[tuple[tuple[str, ...], str]],
    key_of: Callable[[str, Value], Cell],
    is_numeric: Callable[[str], bool],
) -> Cell:
    """The JSON text in which the legacy keys at these places are keys. Null and absent ones stay so."""
    parts: list[str | None] = []
    numeric: list[bool] = []

    def place(node: Value, tokens: tuple[str, ...], section: str, way: tuple[str | int, ...]) -> Value:
        if node is None:
            return None
        if not tokens:
            parts.append(_text(node, lambda legacy: key_of(section, legacy), way))
            numeric.append(is_numeric(section))
            return _Hole(len(parts) - 1)
        head, rest = tokens[0], tokens[1:]
        if isinstance(node, list | tuple) and head == EACH:
            return [place(member, rest, section, (*way, i)) for i, member in enumerate(node)]
        if isinstance(node, dict):
            return {
                name: place(member, rest, section, (*way, name)) if head in (EACH, name) else member
                for name, member in node.items()
            }
        return node

    for tokens, section in inner:
        value = place(value, tokens, section, ())

    def build(keys: Sequence[str | None]) -> str:
        return json_of(_filled(value, keys, numeric))

    return Woven.of(parts, build)


class _Hole(str):
    """Where a key goes. A text to everything that walks over the value."""

    number: int

    def __new__(cls, number: int) -> Self:
        hole = super().__new__(cls, f"\0{number}")
        hole.number = number
        return hole


def _filled(node: Value, keys: Sequence[str | None], numeric: Sequence[bool]) -> Value:
    if isinstance(node, _Hole):
        key = keys[node.number]
        pending = key is None or not key.lstrip("-").isdecimal()
        text = None if key is None else key.replace("\0", "")
        return Number(key) if numeric[node.number] and key is not None and not pending else text
    if isinstance(node, dict):
        return {name: _filled(member, keys, numeric) for name, member in node.items()}
    if isinstance(node, list | tuple):
        return [_filled(member, keys, numeric) for member in node]
    return node


def _text(value: Value, key_of: Callable[[Value], Cell], way: tuple[str | int, ...]) -> str | None:
    try:
        cell = key_of(value)
    except UnfitError as error:
        raise error.within(*way) from None
    return cell if isinstance(cell, str) else None


def _array(parts: Sequence[str | None]) -> str:
    return array_literal(None if part is None else quoted(part) for part in parts)
