"""How the sides of a comparison are spelled.

    live               the project's database
    postgresql://...   another database
    FILE               a file written by `neonkit schema snapshot`
    models             what the models say
    rev:REVISION       the migrations up to an id, its beginning, `head`, `base`, `label@head`
    git:REF            the migrations of a git ref, up to their heads
    git:REF@REVISION   up to that revision; the last @ counts, but not the one of `REF@{...}`
    git:REF:models     the models of a git ref

A file whose name looks like another spelling is meant by a path: `./live`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from toolkit.migrate.sides.errors import SideSpellingError
from toolkit.migrate.sides.values import FileSide, LiveSide, ModelsSide, RevisionSide, Side, UrlSide
from toolkit.secret import MASK, Secret

_WORDS: Final[dict[str, Side]] = {"live": LiveSide(), "models": ModelsSide()}
_PASSWORD: Final = re.compile(r":[^:@]*@")
_LOOKS_LIKE_A_FILE: Final = re.compile(r"[/\\]|\.\w{1,8}\Z")


def side_of(text: str) -> Side:
    """The side that `text` names. Raises SideSpellingError; no file is opened and no ref is looked up."""
    if (word := _WORDS.get(text)) is not None:
        return word
    if "://" in text:
        return UrlSide(Secret(text))
    head, colon, rest = text.partition(":")
    if colon and head == "rev":
        return _revision(text, rest)
    if colon and head == "git":
        return _git(text, rest)
    if Path(text).exists() or (_LOOKS_LIKE_A_FILE.search(text) and not _PASSWORD.search(text)):
        return FileSide(text)
    # A URL without its slashes must not be shown with its password.
    shown = _PASSWORD.sub(f":{MASK}@", text)
    raise SideSpellingError(shown, _guess(shown, head if colon else None))


def _revision(text: str, rest: str) -> RevisionSide:
    if not rest:
        raise SideSpellingError(text, "the revision after rev: is missing")
    return RevisionSide(rest)


def _git(text: str, rest: str) -> Side:
    if not rest:
        raise SideSpellingError(text, "the ref after git: is missing")
    ref, colon, what = rest.rpartition(":")
    if colon and what != "models":
        raise SideSpellingError(text, "after git:REF: only models can follow")
    if colon:
        if not ref:
            raise SideSpellingError(text, "the ref after git: is missing")
        return ModelsSide(git=ref)
    ref, at, revision = rest.rpartition("@")
    if not at or revision.startswith("{"):
        return RevisionSide("heads", git=rest)
    if not ref or not revision:
        raise SideSpellingError(text, f"the {'revision after @' if ref else 'ref before @'} is missing")
    return RevisionSide(revision, git=ref)


def _guess(text: str, head: str | None) -> str:
    if head is not None:
        return f"{head}: is not known"
    for word in _WORDS:
        if text.lower() == word:
            return f"it is spelled {word}"
    return "there is no file of that name"
