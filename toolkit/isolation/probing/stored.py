"""Stored views: rows kept as they were when somebody refreshed them, which no policy filters."""

from __future__ import annotations

from toolkit.isolation.probing.actions import Identity
from toolkit.isolation.probing.batch import Session, Try
from toolkit.isolation.probing.interference import Asked, Question
from toolkit.isolation.probing.targets import Target
from toolkit.sql.quoting import quote_literal

_MOST = 1000


def ask_stored(
    session: Session,
    question: Question,
    target: Target,
    role: str,
    identity: Identity,
    value: str | None,
    user: str | None,
) -> Asked:
    """Whether the stored rows that the role reads are of others, told by the key of their table."""
    keys = (
        f"SELECT pg_catalog.jsonb_agg(s.k) FROM (SELECT {question.key} AS k FROM {question.source} AS q"
        f" LIMIT {_MOST}) AS s"
    )
    (answer,) = session.run([Try("read", keys, role, value, returns=True)])
    seen = answer.value or []

    def told(verdict: bool | None, reason: str, key: str = "") -> Asked:
        shows = f"SELECT {question.key} AS key FROM {question.source} AS q"
        shows += f" WHERE {question.key} = {quote_literal(key)}"
        return Asked(question, identity, value, user, verdict, reason, answer.words, shows, key)

    if answer.refused:
        return told(False, "it is refused")
    if answer.state is not None or not seen:
        return told(None, f"nothing came back to tell by ({answer.words})")
    listed = ", ".join(map(quote_literal, seen))
    foreign = session.ask(
        f"SELECT {target.key} FROM {target.source} WHERE {target.of_others(user)}"
        f" AND {target.key} IN ({listed}) ORDER BY 1 LIMIT 1"
    )
    if foreign:
        return told(True, "it keeps rows of others, which no policy filters", foreign[0])
    return told(None, "no policy filters what it keeps")
