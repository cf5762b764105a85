"""Hashes of objects: equal exactly when everything compared is equal, on any machine and Python version.

The hash of an object covers its key and compared attributes. Roll-ups cover the hashes of what belongs
together, columns in their order, so that a moved column changes its table's roll-up and no object's hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from toolkit.schema.objects import SchemaObject, compared_fields

_compared: dict[type[SchemaObject], Callable[[SchemaObject], Any]] = {}


def object_hash(thing: SchemaObject) -> str:
    """32 hexadecimal digits over the key and the compared attributes."""
    kind = type(thing)
    values = _compared.get(kind)
    if values is None:
        values = _compared[kind] = attrgetter(*compared_fields(kind))
    # `ascii` writes texts, numbers and nested values unambiguously, and, unlike `repr`, without asking which
    # characters this Python holds printable.
    return _digest(ascii((str(thing.kind), thing.key.path, values(thing))))


def rolled_up(hashes: Iterable[str]) -> str:
    """One hash over several, in the order given."""
    return _digest("\n".join(hashes))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("ascii"), digest_size=16).hexdigest()
