"""Python's own kinds of values as JSON values, each in one way that loses nothing.

A uuid, a date and a path become their text, an enum its value, a decimal its digits, bytes `\\x` and hex as
PostgreSQL writes them; objects with declared fields become objects. A kind without such a way, and an object
that holds itself, is a flaw of its record.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Final
from uuid import UUID

from toolkit.transfer.sources.options import MAX_DEPTH
from toolkit.transfer.sources.record import Flaw, Number, Value

_Fields = Iterable[tuple[object, object]]
_BYTES: Final = (bytes, bytearray, memoryview)


def plain_value(value: object) -> Value:
    """One Python value as a JSON value. Raises ValueError when it has none."""
    plain, flaws = plain_record_of(value)
    if flaws:
        raise ValueError(flaws[0].reason)
    return plain


def plain_record_of(value: object) -> tuple[Value, tuple[Flaw, ...]]:
    """A Python value as a JSON value, and what of it has none."""
    maker = _Maker()
    return maker.plain(value, "", MAX_DEPTH), tuple(maker.flaws)


def fields_of(value: object) -> _Fields | None:
    """Names and values of what is an object in JSON's sense; None for everything else."""
    if isinstance(value, Mapping):
        return value.items()
    if isinstance(value, type):
        return None
    for names in _NAMES:
        found = names(value)
        if found is not None:
            return ((name, getattr(value, name)) for name in found)
    return None


def key_text(key: object) -> str:
    """A key of a dict as text. A tuple is written as a JSON array, so that its parts stay apart."""
    if isinstance(key, Enum):
        return key_text(key.value)
    if isinstance(key, tuple) and not hasattr(key, "_fields"):
        return json.dumps([part if isinstance(part, int) else key_text(part) for part in key])
    if isinstance(key, datetime | date | time):
        return key.isoformat()
    return key.decode("utf-8", "backslashreplace") if isinstance(key, bytes) else str(key)


def _model_names(value: object) -> Sequence[str] | None:
    """Fields of a pydantic or SQLModel object, what it holds beyond them included; no relationships."""
    fields = getattr(type(value), "model_fields", None)
    if not isinstance(fields, Mapping):
        return None
    extra = getattr(value, "model_extra", None)
    return [*fields, *(extra or ())]


def _dataclass_names(value: object) -> Sequence[str] | None:
    return [field.name for field in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else None


def _attrs_names(value: object) -> Sequence[str] | None:
    fields = getattr(type(value), "__attrs_attrs__", None)
    return None if fields is None else [field.name for field in fields]


def _tuple_names(value: object) -> Sequence[str] | None:
    names = getattr(type(value), "_fields", None)
    return list(names) if isinstance(value, tuple) and names is not None else None


def _mapped_names(value: object) -> Sequence[str] | None:
    """Columns of an object that SQLAlchemy maps; no relationships."""
    mapper = getattr(type(value), "__mapper__", None)
    return None if mapper is None else [column.key for column in mapper.column_attrs]


_NAMES: Final[tuple[Callable[[object], Sequence[str] | None], ...]] = (
    _model_names,
    _dataclass_names,
    _attrs_names,
    _tuple_names,
    _mapped_names,
)


class _Maker:
    """Makes one record plain; `flaws` is what was in the way."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self._open: dict[int, str] = {}
        """The objects that we are inside of, and where each stands."""

    def plain(self, value: object, where: str, depth: int) -> Value:
        if value is None or isinstance(value, bool | Number):
            return value
        if isinstance(value, Enum):
            return self.plain(value.value, where, depth)
        if isinstance(value, str):
            return str(value)
        if isinstance(value, int | float | Decimal):
            return self._number(value, where)
        text = _text_of(value)
        if text is not None:
            return text
        named = fields_of(value)
        if named is None and not isinstance(value, Sequence | AbstractSet):
            kind = type(value).__name__
            self._flaw("unknown_kind", f"a {kind} is no JSON value", "Keep plain values.", where)
            return None
        if not self._enter(value, where, depth):
            return None
        try:
            return self._object(named, where, depth) if named is not None else self._list(value, where, depth)
        finally:
            del self._open[id(value)]

    def _enter(self, value: object, where: str, depth: int) -> bool:
        if id(value) in self._open:
            outer = self._open[id(value)] or "the record itself"
            self._flaw("cycle", f"it holds {outer} again, in which it stands", "Keep its key instead.", where)
            return False
        if depth == 0:
            self._flaw("too_deep", f"it nests more than {MAX_DEPTH} levels deep", "Flatten it.", where)
            return False
        self._open[id(value)] = where
        return True

    def _list(self, value: object, where: str, depth: int) -> Value:
        elements: Iterable[object] = (
            sorted(value, key=str) if isinstance(value, AbstractSet) else _each(value)
        )
        return [
            self.plain(element, f"{where}.{index}".lstrip("."), depth - 1)
            for index, element in enumerate(elements)
        ]

    def _object(self, named: _Fields, where: str, depth: int) -> Value:
        result: dict[str, Value] = {}
        for key, member in named:
            name = key_text(key)
            if name in result:
                self._flaw("duplicate_key", f"two keys are written {name!r}", "Keep one of them.", name)
            result[name] = self.plain(member, f"{where}.{name}".lstrip("."), depth - 1)
        return result

    def _number(self, value: float | Decimal, where: str) -> Number:
        # An int through Decimal, because the interpreter refuses to write one of more than 4300 digits.
        text = repr(float(value)) if isinstance(value, float) else f"{Decimal(value)}"
        if not Decimal(text).is_finite():
            self.flaws.append(
                Flaw("not_finite", f"{text} is no JSON number", "Use None, or a number.", where, text)
            )
        return Number(text)

    def _flaw(self, code: str, reason: str, hint: str, where: str) -> None:
        self.flaws.append(Flaw(code, reason, hint, where))


def _text_of(value: object) -> str | None:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | PurePath):
        return str(value)
    if isinstance(value, timedelta):
        return f"{value // timedelta(microseconds=1)} microseconds"
    if isinstance(value, _BYTES):
        return "\\x" + bytes(value).hex()
    return None


def _each(value: object) -> Iterator[object]:
    return iter(value) if isinstance(value, Sequence) else iter(())
