"""Hashes of objects: equal exactly when everything compared is equal, on any machine and Python version.

The hash of an object covers its key and compared attributes. Roll-ups cover the hashes of what belongs
together, columns in their order, so that a moved column changes its table's roll-up and no object's hash.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from toolkit.schema.objects import SchemaObject, compared_fields


def object_hash(thing: SchemaObject) -> str:
    """32 hexadecimal digits over the key and the compared attributes."""
    compared = [getattr(thing, name) for name in compared_fields(type(thing))]
    values = [str(thing.kind), thing.key.path, *compared]
    return _digest(json.dumps(values, ensure_ascii=True, separators=(",", ":"), default=_values))


def rolled_up(hashes: Iterable[str]) -> str:
    """One hash over several, in the order given."""
    return _digest("\n".join(hashes))


def _values(nested: Any) -> tuple[Any, ...]:
    return tuple(getattr(nested, field.name) for field in dataclasses.fields(nested))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()
