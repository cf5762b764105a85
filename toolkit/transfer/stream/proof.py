"""The proof that no key stands twice in an object, which a native decoder does not notice: it takes the last.

Each key is followed by one colon outside of texts. So the colons of a line are at least as many as its keys
and the colons in the texts that were decoded; with a key more, there is a colon more. A colon that is written
as an escape would spoil the count and makes its line doubtful.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

_COLON: Final = (b"\\u003a", b"\\u003A")


def keys_stand_once(lines: Sequence[bytes], keys: int, texts: Iterable[str]) -> bool:
    """Whether the lines have so many keys together and no more. `texts` are all decoded texts of them."""
    together = b"".join(lines)
    if any(escape in together for escape in _COLON):
        return False
    return together.count(b":") == keys + sum(text.count(":") for text in texts)
