"""Fingerprints: of the bytes that are imported, and of the rules by which they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from toolkit.transfer.mapping.model import TransferMapping

_BLOCK: Final = 1 << 20
_ABOUT_THE_RUN: Final = {"policy"}
_ABOUT_A_TABLES_RUN: Final = {"conflict"}


def fingerprint_of(contents: Iterable[bytes | Path]) -> str:
    """The digest of files, or of bytes that were read already; the same for both, and for every order."""
    return fingerprint_from(map(_digest, contents))


def fingerprint_from(digests: Iterable[str]) -> str:
    """The same from the SHA-256 digests of the files, in hex."""
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()[:32]


def mapping_hash(mapping: TransferMapping) -> str:
    """The digest of what the mapping makes of a source; policies and modes of the run are left out."""
    dumped = mapping.model_dump(exclude=_ABOUT_THE_RUN)
    for table in dumped["tables"].values():
        for name in _ABOUT_A_TABLES_RUN:
            table.pop(name, None)
    return hashlib.sha256(_canonical(dumped).encode()).hexdigest()[:32]


def _digest(content: bytes | Path) -> str:
    found = hashlib.sha256()
    for block in [content] if isinstance(content, bytes) else _blocks(content):
        found.update(block)
    return found.hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        parts = sorted(f"{key!r}: {_canonical(member)}" for key, member in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_canonical, value)) + "]"
    return repr(value)
