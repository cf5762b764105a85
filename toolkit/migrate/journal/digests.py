"""Digests of files and statements: what was run, told again later without keeping it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

_KEPT = 20_000
"""Characters of a statement that are kept for reading; the digest covers all of it."""


def checksum(path: Path | None) -> str | None:
    """The digest of a revision file, whatever its line ends; None if it cannot be read."""
    if path is None:
        return None
    try:
        text = path.read_bytes()
    except OSError:
        return None
    return hashlib.sha256(text.replace(b"\r\n", b"\n").rstrip()).hexdigest()[:32]


def digest(sql: str) -> str:
    """The digest of a statement's text."""
    return hashlib.sha256(sql.strip().encode("utf-8", "surrogatepass")).hexdigest()[:32]


def bound(parameters: Any, salt: str) -> str:
    """The digest of a statement's parameters; salted by the revision."""
    return hashlib.sha256(f"{salt}{parameters!r}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def kept(sql: str) -> str:
    """What of a statement is kept to be read."""
    return sql if len(sql) <= _KEPT else f"{sql[:_KEPT]} ... ({len(sql)} characters)"
