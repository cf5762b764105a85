"""Whether what a user gets through a view or function depends on rows of others.

Columns of a view need not be those of any table, so rows are not compared by key: the same question is asked
again, inside a savepoint, after every row of others was taken away. An answer that differs came from them.
The controls: asked twice it says the same; for somebody whose rows were taken away it does differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolkit.isolation.probing.actions import Identity
from toolkit.isolation.probing.batch import Answer, Session, Try
from toolkit.isolation.probing.targets import Target
from toolkit.isolation.probing.trial import HEED_KEYS, IGNORE_KEYS

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Question:
    """Something that gives rows: a view, or a call."""

    name: str
    source: str
    """What stands in FROM, as `q`."""
    key: str
    """What of a row is shown, as text over `q`."""
    behind: tuple[Target, ...]
    """The owned tables whose rows it may show."""
    harmless: bool
    """Whether it runs nobody's code, so that the role of the connection may ask too."""

    def rows(self, *, most: int = _MOST) -> str:
        """A query for one jsonb: how many rows, a sum over all, and the first ones by digest and key."""
        row = "coalesce(q::text, '')"
        return (
            "SELECT pg_catalog.jsonb_build_array(count(*), sum(pg_catalog.hashtextextended(s.r, 0))::text,"
            " (pg_catalog.array_agg(pg_catalog.jsonb_build_array(pg_catalog.md5(s.r), s.k) ORDER BY"
            f" pg_catalog.md5(s.r)))[1:{most}])"
            f" FROM (SELECT {row} AS r, {self.key} AS k FROM {self.source} AS q) AS s"
        )

    def one(self, digest: str) -> str:
        """A query for the row with this digest."""
        row = "pg_catalog.md5(coalesce(q::text, ''))"
        return f"SELECT {self.key} AS key FROM {self.source} AS q WHERE {row} = '{digest}'"


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one question, for one identity."""

    question: Question
    identity: Identity
    value: str | None
    user: str | None
    verdict: bool | None
    """True if rows of others show, False if they do not, None if that could not be told."""
    reason: str
    words: str
    shows: str = ""
    """The query that gives the row again."""
    key: str = ""


def ask(
    session: Session,
    questions: Sequence[Question],
    role: str,
    identity: Identity,
    value: str | None,
    user: str | None,
    other: str | None,
) -> list[Asked]:
    """Each question as one actor. `user` owns rows or is None; `other` is another user, for the control."""
    groups = [list(_tries(question, role, value, user, other)) for question in questions]
    return [
        _answered(question, identity, value, user, answers)
        for question, answers in zip(questions, session.run_in_turn(groups), strict=True)
    ]


def _tries(
    question: Question, role: str, value: str | None, user: str | None, other: str | None
) -> Iterator[Try]:
    rows = question.rows()
    away = tuple(_without(question.behind, user))
    for name, prepare in (("before", ()), ("again", ()), ("after", away)):
        yield Try(name, rows, role, value, returns=True, prepare=prepare)
    if other is not None:
        for prepare in ((), away):
            yield Try("control", rows, role, other, returns=True, prepare=prepare)
        for prepare in ((), away) if question.harmless else ():
            yield Try("control", rows, None, other, returns=True, prepare=prepare)


def _without(behind: Iterable[Target], user: str | None) -> Iterator[str]:
    """Takes away every row that is not the user's. The way to the owner of an own row has own rows only."""
    yield IGNORE_KEYS
    for target in behind:
        yield (
            f"DELETE FROM {target.sql} AS d USING (SELECT t0.tableoid AS o, t0.ctid AS c FROM {target.source}"
            f" WHERE {target.of_others(user)}) AS m WHERE d.tableoid = m.o AND d.ctid = m.c"
        )
    yield HEED_KEYS


def _answered(
    question: Question, identity: Identity, value: str | None, user: str | None, answers: Sequence[Answer]
) -> Asked:
    before, again, after, *controls = answers

    def told(verdict: bool | None, reason: str, digest: str = "", key: str = "") -> Asked:
        shows = question.one(digest)
        return Asked(question, identity, value, user, verdict, reason, _words(before), shows, key)

    if before.refused or (identity is not Identity.USER and before.refused_identity):
        return told(False, "it is refused")
    for each in (before, again, after):
        if each.state is not None:
            return told(None, f"stopped by something else ({each.words})")
    if before.value != again.value:
        return told(None, "it does not say the same twice")
    if before.value != after.value:
        lost = _lost(before.value, after.value)
        return told(True, "what it shows depends on rows of others", *lost)
    if identity is not Identity.USER:
        return told(False, "what it shows depends on nobody's rows")
    if user is not None and not before.value[0]:
        return told(None, "the acting user sees nothing through it, so that silence proves nothing")
    pairs = list(zip(controls[::2], controls[1::2], strict=True))
    if not any(a.state is None and b.state is None and a.value != b.value for a, b in pairs):
        return told(None, "it shows nobody's rows to anybody who was asked, so that silence proves nothing")
    return told(False, "what it shows does not depend on rows of others")


def _lost(before: Any, after: Any) -> tuple[str, str]:
    """The first row that went with the rows of others: its digest and what is shown of it."""
    left = [digest for digest, _ in after[2] or ()]
    for digest, key in before[2] or ():
        if digest not in left:
            return digest, key
        left.remove(digest)
    return "", ""


def _words(answer: Answer) -> str:
    if answer.state is not None:
        return answer.words
    return f"{answer.value[0]} rows"
