"""JSON Schema of a result, by the same rule that `reports.json` writes it with.

`Any` allows anything, so the schema may be wider than the truth and is never narrower. New keys are no break:
objects are left open.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import sys
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from toolkit.findings import Severity
from toolkit.secret import Secret

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_TEXTS: Final = (str, PurePath, UUID, Decimal, datetime, date, time, bytes, bytearray, Secret)

Schema = dict[str, Any]


@dataclass(frozen=True)
class Keys:
    """A document that a command makes by hand: the type of each key, beside the fields of `base`."""

    always: Mapping[str, Any]
    sometimes: Mapping[str, Any] = field(default_factory=dict)
    base: type | None = None


@dataclass(frozen=True)
class AnyOf:
    """One of several documents, as the command's options choose."""

    kinds: tuple[Any, ...]

    @classmethod
    def of(cls, *kinds: Any) -> AnyOf:
        """One of these."""
        return cls(kinds)


def json_schema(kind: Any, title: str = "") -> Schema:
    """The schema of what `as_json` writes for a value of this type."""
    made = _Maker()
    schema = made.of(kind)
    head = {"$schema": DIALECT, **({"title": title} if title else {})}
    return {**head, **schema, **({"$defs": made.defined} if made.defined else {})}


@dataclass(frozen=True)
class ListOf:
    """A list of what is not a type, but a description."""

    items: Keys | AnyOf


class _Maker:
    """Makes schemas, each dataclass once."""

    def __init__(self) -> None:
        self.defined: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of one type."""
        if isinstance(kind, AnyOf):
            return {"anyOf": [self.of(one) for one in kind.kinds]}
        if isinstance(kind, ListOf):
            return {"type": "array", "items": self.of(kind.items)}
        if isinstance(kind, Keys):
            return self._keys(kind)
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(one) for one in arguments]}
        base = origin or kind
        if not isinstance(base, type):
            return {}
        if issubclass(base, Sequence | AbstractSet) and not issubclass(base, _TEXTS):
            return self._list(base, arguments)
        if issubclass(base, Mapping):
            values = self.of(arguments[1]) if len(arguments) == 2 else {}
            return {"type": "object", "additionalProperties": values}
        return self._plain(base)

    def _keys(self, kind: Keys) -> Schema:
        always = {**({} if kind.base is None else _fields(kind.base)), **kind.always}
        properties = {name: self.of(inner) for name, inner in {**always, **kind.sometimes}.items()}
        return {"type": "object", "properties": properties, "required": list(always)}

    def _list(self, base: type, arguments: tuple[Any, ...]) -> Schema:
        fixed = issubclass(base, tuple) and arguments and arguments[-1] is not Ellipsis
        if fixed:
            items = [self.of(one) for one in arguments]
            return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
        return {"type": "array", "items": self.of(arguments[0]) if arguments else {}}

    def _plain(self, kind: type) -> Schema:
        if issubclass(kind, Severity):
            return {"enum": [one.word for one in kind]}
        if issubclass(kind, Enum):
            return {"anyOf": [{"const": one.value} for one in kind]}
        if kind is NoneType:
            return {"type": "null"}
        if kind is bool:
            return {"type": "boolean"}
        if issubclass(kind, int):
            return {"type": "integer"}
        if kind is timedelta:
            return {"type": "number"}
        if issubclass(kind, float):  # what JSON has no number for is written as a word
            return {"type": ["number", "string"]}
        if issubclass(kind, _TEXTS) or isinstance(getattr(kind, "masked", None), property):
            return {"type": "string"}
        return self._object(kind) if dataclasses.is_dataclass(kind) else {}

    def _object(self, kind: type) -> Schema:
        name = kind.__qualname__
        reference = {"$ref": f"#/$defs/{name}"}
        if name in self.defined:
            return reference
        self.defined[name] = {}
        fields = _fields(kind)
        self.defined[name] = {
            "type": "object",
            "properties": {field: self.of(inner) for field, inner in fields.items()},
            "required": list(fields),
        }
        return reference


def _fields(kind: type) -> dict[str, Any]:
    """The types of a dataclass's fields, as far as they are written."""
    hints = _hints(kind)
    return {each.name: hints.get(each.name, Any) for each in dataclasses.fields(kind) if each.repr}


def _hints(kind: type) -> dict[str, Any]:
    try:
        return get_type_hints(kind)
    except NameError:  # a name that is imported for type checkers only
        return get_type_hints(kind, localns=_imported_for_checkers(kind.__module__))


def _imported_for_checkers(module: str) -> dict[str, Any]:
    """What a module imports under `if TYPE_CHECKING`, by the names it gives."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    guarded = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    found = [inner for node in guarded for inner in node.body if isinstance(inner, ast.ImportFrom)]
    return {
        alias.asname or alias.name: getattr(importlib.import_module(line.module), alias.name)
        for line in found
        if line.module is not None
        for alias in line.names
    }
