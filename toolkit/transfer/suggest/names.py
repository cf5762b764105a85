"""Names: how alike two of them are, whatever case, separators and plural they are written with."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_SAME: Final = (
    ("id", "uuid", "guid", "key", "pk", "oid", "identifier"),
    ("user", "owner", "author", "account", "creator", "person", "member"),
    ("description", "desc", "notes", "note", "memo", "details", "comment"),
    ("title", "headline", "subject", "caption", "text"),
    ("body", "content"),
    ("status", "state"),
    ("priority", "prio", "urgency"),
    ("tag", "label"),
    ("task", "todo"),
    ("email", "mail", "login"),
    ("phone", "tel", "telephone", "mobile"),
    ("name", "fullname", "displayname"),
    ("latitude", "lat"),
    ("longitude", "lng", "lon", "long"),
    ("zip", "zipcode", "postcode", "postal"),
    ("url", "link", "href", "uri"),
    ("image", "img", "picture", "photo", "avatar"),
    ("amount", "total", "sum"),
    ("quantity", "qty", "count"),
    ("created", "entered", "since", "registered", "added"),
    ("updated", "modified", "changed", "edited"),
    ("completed", "closed", "finished", "done"),
    ("due", "deadline"),
    ("active", "enabled"),
    ("position", "pos", "index", "order", "rank"),
)
_ONE_OF: Final = {word: words[0] for words in _SAME for word in words}
_SMALL: Final = frozenset(
    {"at", "on", "date", "time", "is", "has", "the", "of", "ts", "datetime", "timestamp"}
)
"""Words that say little beside others."""
_SAME_WORDS: Final = 0.95
_BY_MEANING: Final = 0.85
_BY_LETTERS: Final = 0.9


def identifier(text: str) -> str:
    """The text as a lower-case name of letters, digits and `_`; empty if nothing of it can be one."""
    return "_".join(word.lower() for word in _parts(text))


@lru_cache(maxsize=20_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case and in the singular."""
    return tuple(_singular(word.lower()) for word in _parts(name))


def _parts(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss"))
    plain = (
        "".join(c for c in plain if not unicodedata.combining(c))
        .replace("eMail", "email")
        .replace("e-mail", "email")
    )
    return _WORD.findall(plain)


@lru_cache(maxsize=200_000)
def alike(one: str, other: str) -> float:
    """How alike two names are, 0 to 1. Symmetric; 1 only for names of the same words."""
    first, second = words(one), words(other)
    if not first or not second:
        return 0.0
    if first == second or "".join(first) == "".join(second):
        return 1.0
    meant, asked = _meanings(first), _meanings(second)
    if meant == asked:
        return _SAME_WORDS if set(first) - _SMALL == set(second) - _SMALL else _BY_MEANING
    shared = len(meant & asked) / len(meant | asked)
    letters = difflib.SequenceMatcher(None, "".join(first), "".join(second), autojunk=False).ratio()
    back = difflib.SequenceMatcher(None, "".join(second), "".join(first), autojunk=False).ratio()
    return max(shared * _BY_MEANING, max(letters, back) ** 2 * _BY_LETTERS)


def _meanings(parts: tuple[str, ...]) -> frozenset[str]:
    if (whole := "".join(parts)) in _ONE_OF:
        return frozenset({_ONE_OF[whole]})
    large = [part for part in parts if part not in _SMALL] or parts
    return frozenset(_ONE_OF.get(part, part) for part in large)


def _singular(word: str) -> str:
    if len(word) > 3:
        for end, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch")):
            if word.endswith(end):
                return word.removesuffix(end) + instead
        if word.endswith("s") and not word.endswith(("ss", "us", "is")):
            return word[:-1]
    return word
