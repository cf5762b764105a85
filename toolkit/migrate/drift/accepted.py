"""The file of accepted differences: what may stay as it is, why, and until when.

    [[accepted]]
    object = "index public.ix_tasks_title"
    attribute = "existence"
    reason = "tried out by the operators"
    expires = 2027-01-01

`attribute` is the word the table shows, or `*`. Invariant: an entry without a reason is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from toolkit.migrate.drift.errors import AcceptedFileError

FILE: Final = "drift-accepted.toml"
ANY: Final = "*"
_REQUIRED: Final = ("object", "attribute", "reason")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One entry of the file."""

    object: str
    """Kind and name, as differences name their object."""
    attribute: str
    reason: str
    expires: date | None = None
    """The first day on which it accepts nothing any more."""

    def covers(self, object_: str, attribute: str) -> bool:
        """Whether it speaks of this attribute of this object."""
        return self.object == object_ and self.attribute in (ANY, attribute)

    def holds_on(self, day: date) -> bool:
        """Whether it still accepts anything on `day`."""
        return self.expires is None or day < self.expires


def read_accepted(path: Path) -> tuple[Acceptance, ...]:
    """The entries of the file; none if there is no file. Raises AcceptedFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise AcceptedFileError(str(path), reason) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AcceptedFileError(str(path), f"it is not TOML ({error})") from error
    entries = document.pop("accepted", [])
    if document:
        raise AcceptedFileError(str(path), f"{min(document)!r} is not known; entries are [[accepted]]")
    if not isinstance(entries, list):
        raise AcceptedFileError(str(path), "entries are written [[accepted]], with two brackets")
    return tuple(_entry(entry, number, path) for number, entry in enumerate(entries, 1))


def _entry(entry: Mapping[str, Any], number: int, path: Path) -> Acceptance:
    complaint = _complaint(entry)
    if complaint is not None:
        raise AcceptedFileError(str(path), f"entry {number} {complaint}")
    return Acceptance(**entry)


def _complaint(entry: object) -> str | None:
    if not isinstance(entry, dict):
        return "is no table; entries are written [[accepted]]"
    for name in _REQUIRED:
        given = entry.get(name)
        if not isinstance(given, str) or not given.strip():
            return f"has no {name}"
    if entry["object"] == ANY:
        return "names no object: only an attribute may be *"
    if unknown := set(entry) - {*_REQUIRED, "expires"}:
        return f"has the unknown key {min(unknown)!r}"
    expires = entry.get("expires")
    if isinstance(expires, datetime) or not isinstance(expires, date | None):
        return "has an expires that is no date such as 2027-01-31"
    return None


def first_covering(entries: Iterable[Acceptance], object_: str, attribute: str) -> Acceptance | None:
    """The first of `entries` that speaks of the attribute."""
    return next((entry for entry in entries if entry.covers(object_, attribute)), None)
