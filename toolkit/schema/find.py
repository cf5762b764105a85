"""Finding the object a person means by a name.

Forgiving like psql: `tasks` finds `public.tasks`, `tasks.title` its column, `"My Table"` keeps its case, a
function needs its arguments only where there are several, a kind in front (`index tasks_pkey`) decides.
Nothing is guessed: a name that fits several objects equally well is an error that lists them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from toolkit.schema.errors import AmbiguousObjectError, UnknownObjectError
from toolkit.schema.objects import RELATION_KINDS, Key, Kind, Origin

_PART: Final = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^.("]*(?:\(.*\))?))\s*(\.|$)', re.DOTALL)
_SUGGESTIONS: Final = 3
_RANKS: Final = {
    Kind.CONSTRAINT: 2,
    Kind.TRIGGER: 2,
    Kind.RULE: 2,
    Kind.POLICY: 2,
    Kind.INDEX: 3,
    Kind.COLUMN: 4,
    Kind.USER_MAPPING: 5,
    Kind.DEFAULT_PRIVILEGES: 5,
}
"""Relations are 0, what is not here 1. An index that serves a constraint comes after it."""


class Named(Protocol):
    """As much of an object as finding it needs."""

    @property
    def key(self) -> Key:
        """Its kind and names."""

    @property
    def origin(self) -> Origin:
        """Who it belongs to."""


def find_object(objects: Mapping[Key, Named], name: str) -> Key:
    """The key of the one object that `name` means.

    Raises `UnknownObjectError` with the nearest names, or `AmbiguousObjectError` with the candidates.
    """
    kind, rest = _kind_in_front(name)
    parts = split_name(rest)
    candidates = [key for key in objects if kind is None or key.kind is kind]
    for fits in (_exactly, _folded, _as_printed):
        found = [key for key in candidates if fits(key, parts, rest)]
        if found:
            return _best(objects, name, found)
    raise UnknownObjectError(name=name, suggestions=_near(candidates, rest))


def split_name(name: str) -> tuple[str, ...]:
    """The parts of a dotted name, quotes taken off. A part that cannot be split is the whole text."""
    parts: list[str] = []
    position = 0
    while position <= len(name):
        match = _PART.match(name, position)
        if match is None:
            return (name,)
        parts.append(match[1].replace('""', '"') if match[1] is not None else match[2].strip())
        if not match[3]:
            return tuple(parts)
        position = match.end()
    return (name,)


def _kind_in_front(name: str) -> tuple[Kind | None, str]:
    for kind in sorted(Kind, key=len, reverse=True):
        if name.lower().startswith(f"{kind} "):
            return kind, name[len(kind) + 1 :].strip()
    return None, name


def _exactly(key: Key, parts: tuple[str, ...], _text: str = "") -> bool:
    if len(parts) > len(key.path):
        return False
    tail = key.path[len(key.path) - len(parts) :]
    return tail == parts or (_is_routine(key) and (*tail[:-1], _bare(tail[-1])) == parts)


def _folded(key: Key, parts: tuple[str, ...], _text: str = "") -> bool:
    lowered = Key(key.kind, tuple(part.lower() for part in key.path))
    return _exactly(lowered, tuple(part.lower() for part in parts))


def _as_printed(key: Key, _parts: tuple[str, ...], text: str) -> bool:
    """Whether the text is what we print for the key: signatures hold dots and quotes of their own."""
    return bool(text) and key.name == text


def _is_routine(key: Key) -> bool:
    return key.kind in (Kind.FUNCTION, Kind.PROCEDURE, Kind.AGGREGATE, Kind.OPERATOR)


def _bare(signature: str) -> str:
    """The name in a signature without its arguments and quotes."""
    return signature[: signature.rindex("(")].strip().strip('"') if "(" in signature else signature


def _best(objects: Mapping[Key, Named], name: str, found: list[Key]) -> Key:
    ranks: dict[tuple[bool, int, bool], list[Key]] = {}
    for key in found:
        ranks.setdefault(_rank(objects[key]), []).append(key)
    best = ranks[min(ranks)]
    if len(best) > 1:
        raise AmbiguousObjectError(name=name, candidates=tuple(sorted(map(str, best))))
    return best[0]


def _rank(thing: Named) -> tuple[bool, int, bool]:
    """What a short name means first: users' objects, relations before others, then what is in `public`."""
    key = thing.key
    of_kind = 0 if key.kind in RELATION_KINDS else _RANKS.get(key.kind, 1)
    return thing.origin is not Origin.USER, of_kind, key.path[:1] != ("public",)


def _near(candidates: Iterable[Key], name: str) -> tuple[str, ...]:
    spelled: dict[str, str] = {}
    for key in candidates:
        if key.kind is not Kind.COLUMN or "." in name:
            for start in range(len(key.path)):
                spelled.setdefault(".".join(key.path[start:]).lower(), key.name)
    near = difflib.get_close_matches(name.lower(), spelled, n=_SUGGESTIONS, cutoff=0.6)
    return tuple(dict.fromkeys(spelled[match] for match in near))
