"""The proof that no key stands twice in an object, which a native decoder does not notice: it takes the last.

Each key is followed by one colon outside of texts. So the colons of a line are at least as many as its keys
and the colons in the texts that were decoded; with a key more, there is a colon more. A colon that is written
as an escape would spoil the count and makes its line doubtful.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from toolkit.transfer.stream.found import Found

_COLON: Final = (b"\\u003a", b"\\u003A")


def keys_twice(lines: Sequence[bytes], fields: Sequence[Found]) -> set[int]:
    """The lines in which a key may stand twice. `fields` are all that were decoded from them."""
    keys = sum(field.count - len(field.missing) for field in fields)
    if _stand_once(b"".join(lines), keys, sum(field.colons for field in fields)):
        return set()
    missing = Counter(position for field in fields for position in field.missing)
    colons: Counter[int] = Counter()
    for field in fields:
        for position, text in field.texts() if field.colons else ():
            colons[position] += text.count(":")
    return {
        position
        for position, line in enumerate(lines)
        if not _stand_once(line, len(fields) - missing[position], colons[position])
    }


def _stand_once(text: bytes, keys: int, colons: int) -> bool:
    if b"\\" in text and any(escape in text for escape in _COLON):
        return False
    return text.count(b":") == keys + colons
