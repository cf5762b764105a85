"""Access lists: from `aclitem` texts to grants, with the defaults of each kind written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from toolkit.schema.objects import PUBLIC, Grant, Grants

_PRIVILEGES: Final = {
    "a": "INSERT",
    "r": "SELECT",
    "w": "UPDATE",
    "d": "DELETE",
    "D": "TRUNCATE",
    "x": "REFERENCES",
    "t": "TRIGGER",
    "m": "MAINTAIN",
    "X": "EXECUTE",
    "U": "USAGE",
    "C": "CREATE",
    "T": "TEMPORARY",
    "c": "CONNECT",
    "s": "SET",
    "A": "ALTER SYSTEM",
}

_BOOTSTRAP = "\0bootstrap"
"""Stands in the server's defaults for the owner, whoever that is."""


class AccessLists:
    """Expands access lists. Equal lists are expanded once."""

    def __init__(self, defaults: Mapping[str, Sequence[str]], bootstrap_role: str) -> None:
        """`defaults`: what `acldefault` gives for each kind letter when `bootstrap_role` is the owner."""
        self._defaults = {
            kind: [_with_owner(parse_item(item), bootstrap_role, _BOOTSTRAP) for item in items]
            for kind, items in defaults.items()
        }
        self._seen: dict[tuple[str, str, tuple[str, ...] | None], Grants] = {}

    def expand(self, kind: str, owner: str, items: Sequence[str] | None) -> Grants:
        """The grants of an object. `kind` is the letter of `acldefault`; None means the default list."""
        key = (kind, owner, None if items is None else tuple(items))
        grants = self._seen.get(key)
        if grants is None:
            parsed = (
                [_with_owner(entry, _BOOTSTRAP, owner) for entry in self._defaults.get(kind, [])]
                if items is None
                else [parse_item(item) for item in items]
            )
            grants = self._seen[key] = _merged(parsed)
        return grants


_Entry = tuple[str | None, str]
"""Grantee (None: PUBLIC) and privilege letters, each followed by `*` if grantable."""


def _with_owner(entry: _Entry, old: str, new: str) -> _Entry:
    return (new, entry[1]) if entry[0] == old else entry


def parse_item(item: str) -> _Entry:
    """The grantee and the privilege letters of one `aclitem` text, `grantee=letters/grantor`."""
    if not item.startswith('"'):
        grantee, _, rest = item.partition("=")
        return (grantee or None), rest.partition("/")[0]
    end = 1
    while item[end] != '"' or item[end + 1 : end + 2] == '"':
        end += 2 if item[end] == '"' else 1
    return item[1:end].replace('""', '"'), item[end + 2 :].partition("/")[0]


def _merged(entries: Sequence[_Entry]) -> Grants:
    found: dict[tuple[str | None, str], bool] = {}
    for grantee, letters in entries:
        for position, letter in enumerate(letters):
            if letter == "*":
                continue
            held = (grantee, _PRIVILEGES.get(letter, letter))
            # Two grantors may give the same privilege; what counts is what the grantee may do.
            found[held] = found.get(held, False) or letters[position + 1 : position + 2] == "*"
    return tuple(
        sorted(
            Grant(PUBLIC if grantee is None else grantee, privilege, grantable, grantee is None)
            for (grantee, privilege), grantable in found.items()
        )
    )
