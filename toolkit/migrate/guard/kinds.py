"""Kinds of statement by how they may wait: told from the text, cheaply, at every statement.

A statement that works without a transaction (CONCURRENTLY) waits for old transactions as lock waits;
cancelled there it leaves an invalid index behind, so it has no timeout. One whose lock keeps no reader or
writer waiting may wait long. All else is taken to hold up the application while it waits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Kind(Enum):
    """How a statement may wait."""

    STRONG = "strong"
    LIGHT = "light"
    CONCURRENT = "concurrent"


_GAP: Final = r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_FLAGS: Final = re.IGNORECASE | re.DOTALL
_CONCURRENT: Final = re.compile(
    rf"{_GAP}(?:CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY|DROP\s+INDEX\s+CONCURRENTLY"
    r"|REINDEX\b.*\bCONCURRENTLY|ALTER\s+TABLE\b.*\bDETACH\s+PARTITION\b.*\bCONCURRENTLY|VACUUM)\b",
    _FLAGS,
)
_LIGHT: Final = re.compile(
    rf"{_GAP}(?:ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?\S+\s+VALIDATE\s+CONSTRAINT\s+\S+\s*;?\s*$"
    r"|ANALYZE\b|CREATE\s+STATISTICS\b)",
    _FLAGS,
)
_NAME: Final = r'(?:"(?:[^"]|"")+"|[\w$.]+)+'
_BUILD: Final = re.compile(
    rf"{_GAP}CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?({_NAME})\s+ON\s+"
    rf"(?:ONLY\s+)?({_NAME})",
    _FLAGS,
)
_DROP: Final = re.compile(
    rf"{_GAP}DROP\s+INDEX\s+(?:CONCURRENTLY\s+)?(?:IF\s+EXISTS\s+)?({_NAME})\s*;?\s*$", _FLAGS
)
_LABEL: Final = re.compile(
    rf"{_GAP}ALTER\s+TYPE\s+({_NAME})\s+ADD\s+VALUE\s+(?:IF\s+NOT\s+EXISTS\s+)?'((?:[^']|'')*)'", _FLAGS
)


@dataclass(frozen=True, slots=True)
class IndexBuild:
    """What CREATE INDEX CONCURRENTLY names, as written there."""

    index: str
    table: str


def kind_of(sql: str) -> Kind:
    """The kind of one statement."""
    head = sql.lstrip()[:2].lower()
    # No other first letters lead to one of the special kinds.
    if head not in ("cr", "dr", "re", "al", "va", "an", "--", "/*"):
        return Kind.STRONG
    if _CONCURRENT.match(sql):
        return Kind.CONCURRENT
    return Kind.LIGHT if _LIGHT.match(sql) else Kind.STRONG


def index_build(sql: str) -> IndexBuild | None:
    """What a CREATE INDEX CONCURRENTLY builds; None for any other statement."""
    found = _BUILD.match(sql)
    return None if found is None else IndexBuild(found.group(1), found.group(2))


def index_drop(sql: str) -> str | None:
    """The index that a DROP INDEX of one index names."""
    found = _DROP.match(sql)
    return None if found is None else found.group(1)


def new_label(sql: str) -> tuple[str, str] | None:
    """The type and the label of an ALTER TYPE ... ADD VALUE."""
    found = _LABEL.match(sql)
    return None if found is None else (found.group(1), found.group(2).replace("''", "'"))


def bare(name: str) -> str:
    """The last part of a name as the catalog spells it."""
    last = re.split(r'\.(?=(?:[^"]*"[^"]*")*[^"]*$)', name)[-1]
    return last[1:-1].replace('""', '"') if last.startswith('"') else last.lower()
